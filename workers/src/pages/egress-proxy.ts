import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type LookupFunction } from 'node:net'
import { pipeline } from 'node:stream'
import type { Duplex } from 'node:stream'
import type { AllowedUrl, UrlGuard } from './url-guard.ts'

/**
 * The way out for browsers that open users' addresses: a forward proxy on loopback that asks the {@link UrlGuard} about every
 * connection and connects to the very records that were checked. So redirects, frames, scripts, workers, WebSockets and pop-ups are held to
 * the same rule as the address itself, and a name cannot change its record between the check and the connection.
 */
export class EgressProxy {
  readonly #guard: UrlGuard
  readonly #server: Server
  readonly #sockets = new Set<Duplex>()
  #starting: Promise<string> | undefined

  constructor(guard: UrlGuard) {
    this.#guard = guard
    this.#server = createServer((incoming, answer) => void this.#forward(incoming, answer))
    this.#server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#tunnel(incoming.url ?? '', socket, head)
    })
    this.#server.on('clientError', (_error, socket) => socket.destroy())
    this.#server.unref()
  }

  /** Starts to listen with the first call; answers with the proxy's address. */
  async url(): Promise<string> {
    this.#starting ??= new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
      })
    })
    return this.#starting
  }

  async close(): Promise<void> {
    if (!this.#starting) return
    for (const socket of this.#sockets) socket.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** A plain http request, with the whole address in its first line. */
  async #forward(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const allowed = await this.#allowed(incoming.url ?? '')
    if (!allowed) {
      answer.writeHead(403).end()
      return
    }
    // A browser may have gone at any moment: a stream can't be piped into one that has ended, and that would end the process.
    if (answer.destroyed) return
    const { 'proxy-connection': _, ...headers } = incoming.headers
    const outgoing = request(
      allowed.url,
      { method: incoming.method ?? 'GET', headers, lookup: pinned(allowed), agent: false },
      (received) => {
        if (answer.destroyed) return
        answer.writeHead(received.statusCode ?? 502, received.rawHeaders)
        pipeline(received, answer, () => undefined)
      },
    )
    outgoing.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
    answer.on('close', () => outgoing.destroy())
    pipeline(incoming, outgoing, () => undefined)
  }

  /** Everything else (https, WebSockets): a tunnel to `host:port`. */
  async #tunnel(authority: string, socket: Duplex, head: Buffer): Promise<void> {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    const allowed = await this.#allowed(`https://${authority}`)
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    if (socket.destroyed) return
    const { hostname, port } = allowed.url
    const upstream = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 443),
      lookup: pinned(allowed),
      autoSelectFamily: true,
    })
    upstream.once('connect', () => {
      if (socket.destroyed) return
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      pipeline(socket, upstream, socket, () => undefined)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  }

  async #allowed(url: string): Promise<AllowedUrl | undefined> {
    return this.#guard.check(url).catch(() => undefined)
  }
}

/** A lookup that knows only the records that were checked. */
function pinned({ addresses }: AllowedUrl): LookupFunction {
  return (hostname, options, callback) => {
    const [first] = addresses
    if (!first) callback(new Error(`No checked address for ${hostname}.`), '', 0)
    else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  }
}
