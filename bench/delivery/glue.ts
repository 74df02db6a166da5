import { createAdapter } from '@socket.io/redis-adapter'
import { Emitter } from '@socket.io/redis-emitter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { createTokenVerifier } from '@headway/server'
import { TEST_JWT_SECRET } from '@headway/test-kit'
import type { Contestant } from './contestant.ts'

/** The usual glue: Socket.IO, its Redis adapter and its emitter. It keeps nothing, and loses what a reconnect misses. */
export const glue: Contestant = {
  async startServer(httpServer, redisUrl) {
    const verifier = createTokenVerifier({ jwtSecret: TEST_JWT_SECRET })
    const [publisher, subscriber] = [new Redis(redisUrl), new Redis(redisUrl)]
    const adapter = createAdapter(publisher, subscriber)
    const io = new Server(httpServer, { transports: ['websocket'], perMessageDeflate: false, adapter })
    io.on('connection', async (socket) => {
      const { userId } = await verifier.verify(socket.handshake.auth['token'])
      await socket.join(`user:${userId}`)
      socket.emit('ready')
    })
  },
  createPublisher(redis) {
    const published: Promise<unknown>[] = []
    const connection = {
      publish(channel: string, bytes: string) {
        published.push(redis.publish(channel, bytes))
      },
    }
    const emitter = new Emitter(connection)
    return async (userId, payload) => {
      const timestamp = new Date().toISOString()
      emitter.to(`user:${userId}`).emit('event', { type: 'CUSTOMER_UPDATED', payload, timestamp })
      await published.pop()
    }
  },
}
