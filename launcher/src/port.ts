import { createServer } from 'node:net'

/** Somebody else listens where Headway should. */
class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly code = 'port_in_use'

  constructor(port: number) {
    super(
      `Port ${port} is in use by another program. Stop that one, or choose another port: PORT=${port + 1} npm start`,
    )
  }
}

/** @throws {PortInUseError} when nobody else can listen there; other errors (a forbidden port) as they are */
export function assertPortFree(port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port) : error)
    })
    server.listen({ port, host }, () => server.close(() => resolve()))
  })
}
