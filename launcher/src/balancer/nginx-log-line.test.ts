import { expect, it } from 'vitest'
import { nginxLogLine } from './nginx-log-line.ts'

it('leaves out queries, which may hold tokens', () => {
  const line = nginxLogLine(
    '2026/11/21 03:18:03 [error] 12#12: *7 connect() failed (111: Connection refused) while connecting to upstream, ' +
      'request: "GET /socket.io/?token=secret&EIO=4 HTTP/1.1", upstream: "http://127.0.0.1:4001/socket.io/?token=secret", host: "localhost:3000"',
  )
  expect(JSON.parse(line)).toEqual({
    level: 30,
    msg:
      'nginx: connect() failed (111: Connection refused) while connecting to upstream, ' +
      'request: "GET /socket.io/ HTTP/1.1", upstream: "http://127.0.0.1:4001/socket.io/", host: "localhost:3000"',
  })
})

it.each([
  ['2026/11/21 03:18:03 [emerg] 12#12: bind() to 127.0.0.1:80 failed', 60],
  ['nginx: [emerg] unknown directive', 60],
  ['2026/11/21 03:18:03 [alert] 12#12: worker process 14 exited on signal 9', 50],
  ['2026/11/21 03:18:03 [notice] 12#12: signal 15 received, exiting', 30],
  ['Segmentation fault', 40],
])('%s', (line, level) => {
  expect(JSON.parse(nginxLogLine(line))).toMatchObject({ level })
})
