import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Another loopback address than the canary's: with the same port, a name can lead to either. */
export const PAGES_ADDRESS = '127.0.0.2'

const HTML = 'text/html; charset=utf-8'

/** Pages on {@link PAGES_ADDRESS} that the test's guard takes for public ones; `/to?…` redirects to what follows. */
export class PageServer {
  readonly #server: Server
  readonly #pages = new Map<string, { body: string; headers: Record<string, string> }>()

  static async open(): Promise<PageServer> {
    const pages = new PageServer()
    await new Promise<void>((resolve) => pages.#server.listen(0, PAGES_ADDRESS, resolve))
    return pages
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      const page = this.#pages.get(path)
      if (path === '/to') response.writeHead(302, { location: decodeURIComponent(query) }).end()
      else if (page === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': HTML, ...page.headers }).end(page.body)
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  page(path: string, body: string, headers: Record<string, string> = {}): this {
    this.#pages.set(path, { body, headers })
    return this
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
