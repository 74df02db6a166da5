import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '@headway/event-log'
import type { Registry } from 'prom-client'

/** Whoever asks slowly holds a connection for so long, and no longer, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000

export interface MetricsServerOptions {
  registry: Pick<Registry, 'metrics' | 'contentType'>
  logger: Logger
  /** 0 for any that is free. */
  port: number
  /** @default all interfaces */
  host?: string | undefined
  /** What a scraper sends as `Authorization: Bearer`. Without it everybody who reaches the port may read. */
  token?: string | undefined
}

/** The only thing of a worker that listens: `GET /metrics` for Prometheus, and `GET /health` for whoever restarts processes. */
export class MetricsServer {
  readonly #options: MetricsServerOptions
  readonly #server: Server

  static async listen(options: MetricsServerOptions): Promise<MetricsServer> {
    const server = new MetricsServer(options)
    server.#server.listen(options.port, options.host)
    await once(server.#server, 'listening').catch((error: unknown) => {
      const message = `The metrics of this worker can't be shown on port ${options.port}. Set WORKER_METRICS_PORT to a free one.`
      throw new Error(message, { cause: error })
    })
    return server
  }

  private constructor(options: MetricsServerOptions) {
    this.#options = options
    const timeouts = { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }
    this.#server = createServer(timeouts, (request, response) => void this.#answer(request, response))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Cache-Control', 'no-store')
    const path = request.url?.split('?')[0]
    if (path !== '/metrics' && path !== '/health') return end(response, 404, 'Try /metrics or /health.')
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET')
      return end(response, 405, `Only GET is understood, not ${request.method}.`)
    }
    if (path === '/health') return end(response, 200, '{"status":"ok"}', 'application/json')
    if (!this.#mayRead(request)) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="headway metrics"')
      return end(response, 401, 'Metrics need the METRICS_TOKEN of this worker as a bearer token.')
    }
    try {
      const { registry } = this.#options
      end(response, 200, await registry.metrics(), registry.contentType)
    } catch (error) {
      this.#options.logger.error({ err: error }, 'metrics could not be collected')
      end(response, 500, 'The metrics could not be collected. The log of this worker says why.')
    }
  }

  #mayRead(request: IncomingMessage): boolean {
    const { token } = this.#options
    return token === undefined || isSame(request.headers.authorization ?? '', `Bearer ${token}`)
  }
}

function end(response: ServerResponse, status: number, body: string, contentType = 'text/plain'): void {
  response.writeHead(status, { 'Content-Type': contentType, 'X-Content-Type-Options': 'nosniff' }).end(body)
}

/** Takes the same time for every wrong token. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
