import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
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
      void Promise.resolve(this.watcher(request)).then(() => this.erp.app(request, response))
    })
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

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
