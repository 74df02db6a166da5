import type { PendingOrder } from '@headway/events'
import { FinalError } from '../errors.ts'
import { erpRejected } from './erp-errors.ts'
import { toErpPrice } from './erp-price.ts'
import type { ErpSession } from './erp-session.ts'
import { toErpText } from './erp-text.ts'
import {
  READ_ORDER,
  READ_REVIEW,
  readOrderNumbers,
  type OrderFacts,
  type PageFacts,
  type ReviewFacts,
} from './page-scripts.ts'

/** Rows that the ERP reads of its form; what is in further ones would be dropped without a word. */
const MAX_LINES = 50

/** What the ERP is told of an order, and by which it is found again. */
export type ErpOrder = Pick<PendingOrder, 'id' | 'customerId' | 'currency' | 'lines' | 'note' | 'total'>

/** Is told around the one request that makes the order count. */
export interface SendingListener {
  /** The order is sent next. What this throws keeps it from being sent. */
  onSending: () => Promise<void>
  /** The ERP has answered, whatever it was: it is not at work on the order any more. */
  onAnswered: () => Promise<void>
}

/** Answers of whoever stands before an ERP that may still be at work. */
const SECOND_HAND_ANSWERS = new Set([0, 502, 504])

/** The ERP's pages about orders. */
export class ErpOrders {
  readonly #session: ErpSession

  constructor(session: ErpSession) {
    this.#session = session
  }

  /** The number of the order with this reference, that is with our id; of the first one, should it be there twice. */
  async find(reference: string): Promise<string | undefined> {
    return this.#session.during(() => this.#find(reference))
  }

  /** Opens the page of an order that the ERP has. */
  async open(number: string): Promise<OrderFacts> {
    return this.#session.during(() => this.#open(number))
  }

  /**
   * Sees to it that the ERP has the order: looks it up, and only where it is not there fills in the form, compares what the ERP has understood,
   * and sends it. Leaves the order's page open.
   *
   * @returns the number that the ERP has given it
   * @throws FinalError `erp_rejected` with the ERP's own sentences, `erp_conflict` where the ERP has another order under this reference;
   *   RetryableError `erp_unavailable`, after which nobody knows whether the order was taken
   */
  async submit(order: ErpOrder, listener: SendingListener): Promise<string> {
    const fields = toFields(order)
    return this.#session.during(async () => {
      const known = await this.#find(order.id)
      if (known !== undefined) return checkSame(order, await this.#open(known))
      await this.#session.goTo('/orders/new')
      await this.#session.page.fill('#check', fields)
      throwFaults(await this.#session.press('#check'))
      await this.#compare(order, fields)
      await listener.onSending()
      await this.#send(listener)
      return checkSame(order, await this.#session.page.read<OrderFacts>(READ_ORDER))
    })
  }

  async #find(reference: string): Promise<string | undefined> {
    await this.#session.goTo(`/orders?search=${encodeURIComponent(reference)}`)
    const numbers = await this.#session.page.read<string[]>(readOrderNumbers(reference))
    return numbers.at(-1)
  }

  async #open(number: string): Promise<OrderFacts> {
    await this.#session.goTo(`/orders/${encodeURIComponent(number)}`)
    return this.#session.page.read<OrderFacts>(READ_ORDER)
  }

  async #send({ onAnswered }: SendingListener): Promise<void> {
    try {
      throwFaults(await this.#session.press('#submit-order'))
    } finally {
      if (!SECOND_HAND_ANSWERS.has(this.#session.page.status)) await onAnswered()
    }
  }

  /** The last look before it counts, as somebody at the desk would take it. */
  async #compare(order: ErpOrder, fields: Readonly<Record<string, string>>): Promise<void> {
    const review = await this.#session.page.read<ReviewFacts>(READ_REVIEW)
    const total = toErpTotal(order)
    if (review.total !== total) {
      throw erpRejected([`It shows a total of ${review.total}, and the order is of ${total}.`])
    }
    const different = Object.keys(fields).filter((name) => review.fields[name] !== fields[name])
    if (different.length > 0)
      throw erpRejected([`It has changed what was filled in: ${different.join(', ')}.`])
  }
}

/** The total of an order as the ERP's pages show it. */
function toErpTotal({ total, currency }: Pick<ErpOrder, 'total' | 'currency'>): string {
  return `${toErpPrice(total, currency)} ${currency.toUpperCase()}`
}

function toFields({ id, customerId, currency, lines, note }: ErpOrder): Record<string, string> {
  if (lines.length > MAX_LINES) {
    throw erpRejected([
      `Its form takes ${MAX_LINES} lines, and the order has ${lines.length}. Split the order.`,
    ])
  }
  const rows = lines.flatMap(({ sku, description, quantity, unitPrice }, index) => [
    [`sku_${index + 1}`, toErpText(sku)],
    [`description_${index + 1}`, toErpText(description)],
    [`quantity_${index + 1}`, String(quantity)],
    [`price_${index + 1}`, toErpPrice(unitPrice, currency)],
  ])
  const head = { customer: toErpText(customerId), reference: id, currency, note: toErpText(note ?? '') }
  return { ...head, ...Object.fromEntries(rows) }
}

/** An order that was entered long ago under the same reference may be another one. */
function checkSame(order: ErpOrder, { number, reference, total }: OrderFacts): string {
  const expected = toErpTotal(order)
  if (reference === order.id && total === expected) return number
  throw new FinalError(
    `The ERP has an order ${number} with the reference ${reference} of ${total}, and this one is ${order.id} of ${expected}. Look at it there.`,
    { code: 'erp_conflict' },
  )
}

function throwFaults({ faults }: PageFacts): void {
  if (faults.length > 0) throw erpRejected(faults)
}
