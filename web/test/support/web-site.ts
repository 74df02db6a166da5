import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const ARTICLE_SECTIONS = 24
export const BOOK_SECTIONS = 400

function pageOf(sections: number): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>The way of an event</title></head>
  <body style="font: 18px/1.5 serif; max-width: 40em; margin: 2em auto; background: #fdf6e3">
    <article>
      <h1>The way of an event</h1>
      ${Array.from({ length: sections }, (_, index) => section(index + 1)).join('\n')}
    </article>
  </body>
</html>`
}

function section(number: number): string {
  const sentence = 'Every event names its predecessor, so that a gap is noticed and filled. '
  return `<h2>Station ${number}</h2><p>${sentence.repeat(6)}</p>`
}

/** Pages on loopback, for jobs that read or capture one: a short one and a long one. */
export class WebSite {
  readonly #server: Server
  readonly article: string
  readonly book: string

  private constructor(server: Server) {
    this.#server = server
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.article = `${origin}/article`
    this.book = `${origin}/book`
  }

  static async open(): Promise<WebSite> {
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(pageOf(request.url === '/book' ? BOOK_SECTIONS : ARTICLE_SECTIONS))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new WebSite(server)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
