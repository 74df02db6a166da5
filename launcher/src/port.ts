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

/** The system keeps this port for others: those below 1024 are mostly root's. */
class PortForbiddenError extends Error {
  override readonly name = 'PortForbiddenError'
  readonly code = 'port_forbidden'

  constructor(port: number) {
    super(`Port ${port} may not be used by this user. Choose one from 1024 on: PORT=3000 npm start`)
  }
}

/** @throws {PortInUseError | PortForbiddenError} when nobody can listen there; other errors as they are */
export function assertPortFree(port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortInUseError(port))
      else reject(error.code === 'EACCES' ? new PortForbiddenError(port) : error)
    })
    server.listen({ port, host }, () => server.close(() => resolve()))
  })
}
