import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Linux takes the ports of outgoing connections from 32768 on, others from 49152 on. */
const FIRST_PORT = 20_000
const LAST_PORT = 32_767

/**
 * A port of 127.0.0.1 that nobody listens on now, and that no outgoing connection is given later: a program that has it
 * finds it free again when it is restarted.
 */
export async function findQuietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
