import { createAdapter } from '@socket.io/redis-adapter'
import { createBusCodec, PacketEncoder, TransientEmitter } from '@headway/event-log'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import * as parser from 'socket.io-parser'
import { createTokenVerifier } from '@headway/server'
import { TEST_JWT_SECRET } from '@headway/test-kit'
import type { Contestant } from './contestant.ts'

/**
 * Headway's wire without its promise: finished text to the same sockets, but no numbers, no log, no sequencer, no
 * limits for slow readers. What Headway costs beside it is what the promise costs.
 */
export const bare: Contestant = {
  async startServer(httpServer, redisUrl) {
    const verifier = createTokenVerifier({ jwtSecret: TEST_JWT_SECRET })
    const [publisher, subscriber] = [new Redis(redisUrl), new Redis(redisUrl)]
    const io = new Server(httpServer, {
      transports: ['websocket'],
      perMessageDeflate: false,
      parser: { Encoder: PacketEncoder, Decoder: parser.Decoder },
      adapter: createAdapter(publisher, subscriber, { parser: createBusCodec() }),
    })
    io.on('connection', async (socket) => {
      const { userId } = await verifier.verify(socket.handshake.auth['token'])
      await socket.join(`user:${userId}`)
      socket.emit('ready')
    })
  },
  createPublisher(redis) {
    const emitter = new TransientEmitter(redis)
    return (userId, { customerId }) =>
      emitter.emit(`user:${userId}`, {
        type: 'CUSTOMER_UPDATE_PROGRESS',
        payload: { customerId, progress: 1, label: '' },
      })
  },
}
