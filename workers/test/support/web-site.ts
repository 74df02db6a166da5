import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A web site on loopback that remembers who has called. */
export class WebSite {
  readonly #server: Server
  readonly #pages = new Map<string, Handler>()
  /** Paths that were asked for, and 'connection' for every connection. */
  readonly hits: string[] = []
  connections = 0

  static async open(): Promise<WebSite> {
    const site = new WebSite()
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve))
    return site
  }

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.on('connection', (_socket: Socket) => (this.connections += 1))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  page(path: string, html: string, headers: Record<string, string> = {}): this {
    return this.handle(path, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
    })
  }

  handle(path: string, handler: Handler): this {
    this.#pages.set(path, handler)
    return this
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    this.hits.push(path)
    const handler = this.#pages.get(path.split('?')[0] ?? '')
    if (handler) handler(request, response)
    else response.writeHead(404).end()
  }
}
