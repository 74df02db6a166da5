import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A user's socket that knows which of their jobs have ended: raw frames, so that the client costs little beside the server. */
export async function openJobSocket(url: string, token: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  await once(socket, 'open')
  const waiting = new Map<string, () => void>()
  const early = new Set<string>()
  const onEnd = (jobId: string) => {
    const resolve = waiting.get(jobId)
    if (resolve) resolve()
    // The answer of the request that created it is still on its way.
    else early.add(jobId)
    waiting.delete(jobId)
  }
  const isReady = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const frame = data.toString()
      if (frame === '2') socket.send('3')
      else if (frame.startsWith('42["ready"')) resolve()
      else if (frame.includes('"JOB_COMPLETED"')) onEnd(/"jobId":"([^"]+)"/.exec(frame)?.[1] ?? '')
    })
  })
  socket.send(`40${JSON.stringify({ token })}`)
  await isReady
  return {
    /** Resolves when the job's end has come. */
    ended: (jobId: string): Promise<void> =>
      early.delete(jobId) ? Promise.resolve() : new Promise((resolve) => waiting.set(jobId, resolve)),
    close: () => socket.terminate(),
  }
}
