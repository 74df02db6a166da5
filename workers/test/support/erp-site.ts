import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createErp, type Erp, type ErpOptions } from '../../../examples/erp/create-erp.ts'
import type { ErpAccount } from '../../src/erp/erp-account.ts'

/** The password is to be found nowhere but here. */
export const ERP_PASSWORD = 'correct-horse-9f3a'

/** What a test does about a request before the ERP sees it: never answering keeps it out. */
type Watcher = (request: IncomingMessage) => Promise<void> | void

/** The example's ERP on loopback, which a test may watch and disturb. */
export class ErpSite {
  readonly erp: Erp
  readonly #server: Server
  /** Pages that were asked for, like `POST /orders`. */
  readonly hits: string[] = []
  /** Called with each request before the ERP sees it. */
  watcher: Watcher = () => undefined
  /** Called with each request when the ERP has done its work, before it answers. */
  answering: Watcher = () => undefined
  /** Share of pages that fail, half of them after their work. */
  failureRate = 0
  /** From 0 to 1; in the upper half a page that fails does so after its work. */
  random: () => number

  static async open(options: Partial<ErpOptions> = {}): Promise<ErpSite> {
    const site = new ErpSite(options)
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve))
    return site
  }

  private constructor({ random = Math.random, ...options }: Partial<ErpOptions>) {
    this.random = random
    this.erp = createErp({
      user: 'desk',
      password: ERP_PASSWORD,
      failureRate: 1,
      // The share can change while the ERP runs.
      random: () => (this.failureRate === 0 ? 1 : this.random() / this.failureRate),
      ...options,
    })
    this.#server = createServer((request, response) => {
      this.hits.push(`${request.method} ${request.url?.split('?')[0]}`)
      void this.#serve(request, response)
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Read before anything else, so that the ERP does its work also for somebody who has gone meanwhile.
    const fields = new URLSearchParams(await text(request))
    Object.assign(request, { body: Object.fromEntries(fields), _body: true })
    const answer = response.end.bind(response) as (...parts: unknown[]) => void
    response.end = ((...parts: unknown[]) => {
      void Promise.resolve(this.answering(request)).then(() => answer(...parts))
      return response
    }) as typeof response.end
    await this.watcher(request)
    this.erp.app(request, response)
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get account(): ErpAccount {
    return { origin: this.origin, user: 'desk', password: ERP_PASSWORD }
  }

  /** What the ERP has of the order with this reference. */
  ordersOf(reference: string) {
    return this.erp.store.orders.filter((order) => order.reference === reference)
  }

  /** The references on the ERP's own page of all orders, as somebody who logs in there sees it. */
  async listReferences(): Promise<string[]> {
    const login = await fetch(`${this.origin}/login`, {
      method: 'POST',
      body: new URLSearchParams({ user: 'desk', password: ERP_PASSWORD }),
      redirect: 'manual',
    })
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = await (await fetch(`${this.origin}/orders`, { headers: { cookie } })).text()
    return [...page.matchAll(/<td class="reference">([^<]*)</g)].map(([, reference = '']) => reference)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
