// Starts a job, drops its connection, starts another one meanwhile, comes back: each event once, in order.
import { io } from 'socket.io-client'

const [, , url = 'http://localhost:3000', userId = 'ada'] = process.argv
const post = async (path, body, token) => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}
const { token } = await post('/api/auth/dev-token', { userId })
const rehearse = () => post('/api/jobs', { type: 'rehearse', steps: 10, stepMs: 250 }, token)
const cursors = {}
let running = 0
const socket = io(url, { transports: ['websocket'], auth: (send) => send({ token, cursors }) })
socket.once('ready', rehearse)
socket.on('ready', ({ replayed }) => console.log('ready', replayed))
socket.on('ready', ({ channels }) => Object.assign(cursors, channels))
socket.on('event', ({ type, channel, payload, seq, prev }) => {
  console.log(type, payload.jobId, seq ? (prev === cursors[channel] ? 'follows' : 'GAP') : payload.progress)
  if (seq) cursors[channel] = seq
  // The connection goes as in a dead network, and the client comes back by itself.
  if (type === 'JOB_RUNNING' && ++running === 1) void rehearse(socket.io.engine.close())
  if (type === 'JOB_COMPLETED' && --running === 0) socket.disconnect()
})
