import type { IncomingMessage } from 'node:http'

const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/**
 * Answers 403 to a page that may not open a WebSocket. Engine.IO answers every refused upgrade with 400 and closes; it
 * writes nothing where the answer has ended already.
 */
export function forbidUpgrade({ headers, socket }: IncomingMessage): void {
  if (headers.upgrade === undefined || !socket.writable) return
  socket.on('error', () => {})
  socket.end(FORBIDDEN)
}
