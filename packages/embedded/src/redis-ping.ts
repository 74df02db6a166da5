import { createConnection } from 'node:net'

/** Whether a Redis on this port of 127.0.0.1 takes commands now (one that still loads its data does not). */
export function answersPing(port: number, timeoutMs = 1_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    const answer = (isReady: boolean) => {
      socket.destroy()
      resolve(isReady)
    }
    socket.setTimeout(timeoutMs, () => answer(false))
    socket.once('connect', () => socket.write('PING\r\n'))
    socket.once('data', (data) => answer(data.toString().startsWith('+PONG')))
    socket.once('error', () => answer(false))
    socket.once('close', () => answer(false))
  })
}
