import { once } from 'node:events'
import { signToken } from '@headway/test-kit'
import { WebSocket } from 'ws'
import { SOCKETS_PER_USER } from './load.ts'

/** Sockets that only count what arrives: raw frames, so that the clients cost little beside the server. */
export async function openSockets(port: number, userIds: string[]) {
  let received = 0
  const sockets = await Promise.all(
    userIds.flatMap((userId) =>
      Array.from({ length: SOCKETS_PER_USER }, async () => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)
        await once(socket, 'open')
        const isReady = new Promise<void>((resolve) => {
          socket.on('message', (data: Buffer) => {
            const frame = data.toString('latin1', 0, 12)
            if (frame === '2') socket.send('3')
            else if (frame.startsWith('42["ready"')) resolve()
            else if (frame.startsWith('42["event"')) received += 1
          })
        })
        socket.send(`40${JSON.stringify({ token: await signToken({ userId }) })}`)
        await isReady
        return socket
      }),
    ),
  )
  return {
    received: () => received,
    close: () => sockets.forEach((socket) => socket.terminate()),
  }
}
