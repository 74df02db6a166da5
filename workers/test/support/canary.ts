import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type ServerResponse } from 'node:http'

const TYPES: Record<string, string> = { css: 'text/css', js: 'text/javascript', html: 'text/html' }

/**
 * A service that nobody from outside may reach: on 127.0.0.1 and ::1, with TCP and UDP on one port. It counts whatever comes, and answers so kindly that
 * nothing but the worker's own rule keeps a page from it.
 */
export class Canary {
  readonly port: number
  /** Paths that were asked for. */
  readonly hits: string[] = []
  /** TCP connections and UDP packets. */
  connections = 0
  datagrams = 0
  readonly #servers: Server[] = []
  readonly #sockets: UdpSocket[] = []

  /** @param pages where the pages of the test are; the canary takes the same port */
  static async open(pages: { port: number }): Promise<Canary> {
    const canary = new Canary(pages.port)
    await canary.#listen('127.0.0.1', 'udp4')
    await canary.#listen('::1', 'udp6').catch((error: unknown) => {
      // A machine without IPv6 has nothing to protect there.
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRNOTAVAIL')) throw error
    })
    return canary
  }

  private constructor(port: number) {
    this.port = port
  }

  url(path = '/', host = '127.0.0.1'): string {
    return `http://${host}:${this.port}${path}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.close()
    for (const server of this.#servers) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  async #listen(host: string, type: 'udp4' | 'udp6'): Promise<void> {
    const server = createServer((request, response) => this.#answer(request.url ?? '', response))
    server.on('connection', () => (this.connections += 1))
    server.on('upgrade', (request, socket) => {
      this.hits.push(request.url ?? '')
      socket.destroy()
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, host, resolve)
    })
    this.#servers.push(server)
    const socket = createSocket(type, () => (this.datagrams += 1))
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).bind(this.port, host, resolve)
    })
    this.#sockets.push(socket)
  }

  #answer(path: string, response: ServerResponse): void {
    this.hits.push(path)
    const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'text/html'
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-private-network', 'true')
    response.setHeader('service-worker-allowed', '/')
    response.writeHead(200, { 'content-type': type }).end('')
  }
}
