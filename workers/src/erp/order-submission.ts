import { setTimeout as delay } from 'node:timers/promises'
import type { PendingOrder } from '@headway/events'
import { noteAnswer, noteSending, recordSubmission, takeOrder, type Submission } from '@headway/jobs'
import { FinalError } from '../errors.ts'
import type { OperationContext } from '../operation-context.ts'
import { requireErp } from './erp-availability.ts'
import { ErpCustomers, toCustomerFields } from './erp-customers.ts'
import { ErpOrders, type ErpOrder } from './erp-orders.ts'
import { ErpSession } from './erp-session.ts'

/** Time between two looks for an order that the ERP may be at work on, in milliseconds. */
const LOOK_MS = 1000

/** What the ERP is told of an order; the rest may change without it being another one. */
type Content = ErpOrder & Pick<PendingOrder, 'customerName'>

/** What the job answers with. */
export interface SubmittedOrder {
  orderId: string
  erpNumber: string
}

/**
 * One order on its way into the ERP:
 *
 *     order ──▶ customer ──▶ submit ──▶ record ──▶ confirmation
 *
 * Every attempt takes the order first, which the job's end gives back if it gets no further. An attempt that died may have sent the order or not,
 * so `submit` looks it up first, and waits where the ERP may still be at work on it.
 */
export class OrderSubmission {
  readonly #ctx: OperationContext<{ orderId: string }>
  readonly #submission: Submission
  #session: ErpSession | undefined

  constructor(ctx: OperationContext<{ orderId: string }>) {
    this.#ctx = ctx
    this.#submission = { userId: ctx.userId, orderId: ctx.input.orderId, jobId: ctx.jobId }
  }

  async run(): Promise<SubmittedOrder> {
    const ctx = this.#ctx
    const { orderId } = ctx.input
    ctx.expectSteps(5)
    await ctx.progress(5, 'Reading the order')
    const { order: taken, sentMsAgo } = await this.#take()
    const order = await this.#keep(taken)

    await ctx.progress(15, 'Looking for the customer in the ERP')
    await ctx.step('customer', () => this.#provideCustomer(order))
    const erpNumber = await ctx.step('submit', () => this.#submit(order, sentMsAgo))
    await ctx.transactStep('record', (trx) => recordSubmission(trx, { ...this.#submission, erpNumber }))

    await ctx.progress(90, `Keeping the confirmation of ${erpNumber}`)
    await ctx.step('confirmation', () => this.#keepConfirmation(erpNumber))
    await ctx.progress(100, `Submitted as ${erpNumber}`)
    return { orderId, erpNumber }
  }

  /** By every attempt: the end of the job may have given the order back before it was resumed. */
  async #take() {
    const { orderId } = this.#submission
    const taking = await this.#ctx.transact((trx) => takeOrder(trx, this.#submission))
    switch (taking.outcome) {
      case 'taken':
        return taking
      case 'submitted':
        return { ...taking, sentMsAgo: undefined }
      case 'not_found':
        throw new FinalError(`There is no order ${orderId} among yours.`, { code: 'not_found' })
      case 'conflict': {
        const message = `The order is ${taking.order.state}. Only a draft, or one that has failed, can be submitted.`
        throw new FinalError(message, { code: 'conflict' })
      }
      default:
        return taking satisfies never
    }
  }

  /** As it was when the job began: what is done already was done with that. */
  async #keep(taken: PendingOrder): Promise<Content> {
    const content = contentOf(taken)
    const order = await this.#ctx.step('order', () => content)
    if (JSON.stringify(order) === JSON.stringify(content)) return order
    throw new FinalError('The order was changed after this job had begun with it. Submit it anew.', {
      code: 'conflict',
    })
  }

  async #provideCustomer({ customerId, customerName }: Content): Promise<void> {
    const ctx = this.#ctx
    const { resources, userId } = ctx
    const customers = new ErpCustomers(await this.#open())
    if (await customers.exists(customerId)) return
    const known = await resources.orders.findCustomer({ userId, customerId })
    await ctx.tell('CUSTOMER_UPDATE_PROGRESS', { customerId, progress: 50, label: 'Adding the customer' })
    await customers.create(customerId, toCustomerFields(known ?? { name: customerName, fields: {} }))
    await ctx.tell('CUSTOMER_UPDATE_PROGRESS', {
      customerId,
      progress: 100,
      label: 'The ERP has the customer',
    })
  }

  async #submit(order: Content, sentMsAgo: number | undefined): Promise<string> {
    const ctx = this.#ctx
    const orders = new ErpOrders(await this.#open())
    if (sentMsAgo !== undefined) await this.#letSettle(orders, sentMsAgo)
    await ctx.progress(40, 'Entering the order')
    try {
      return await orders.submit(order, {
        onSending: async () => {
          await ctx.progress(60, 'Submitting the order')
          // An attempt that has lost its job does not get past this line, and who comes after it knows what it was about to do.
          await ctx.transact((trx) => noteSending(trx, this.#submission))
        },
        onAnswered: () => this.#noteAnswer(),
      })
    } catch (error) {
      if (error instanceof FinalError) await this.#keepPicture('refused.png')
      throw error
    }
  }

  /** Until the order is found, or the ERP can't be at work on it any more. */
  async #letSettle(orders: ErpOrders, sentMsAgo: number): Promise<void> {
    const { signal, resources, input } = this.#ctx
    const { settleMs = 60_000 } = requireErp(resources)
    const end = performance.now() + settleMs - sentMsAgo
    while ((await orders.find(input.orderId)) === undefined) {
      const leftMs = end - performance.now()
      if (leftMs <= 0) return
      await this.#ctx.progress(
        30,
        `The ERP may be at work on it: looking for another ${Math.ceil(leftMs / 1000)} s`,
      )
      await delay(Math.min(LOOK_MS, leftMs), undefined, { signal })
    }
  }

  /** What can't be noted costs a later attempt some patience, and nothing else. */
  async #noteAnswer(): Promise<void> {
    try {
      await this.#ctx.transact((trx) => noteAnswer(trx, this.#submission))
    } catch (error) {
      this.#ctx.logger.warn({ err: error }, "the ERP's answer could not be noted")
    }
  }

  async #keepConfirmation(erpNumber: string): Promise<void> {
    const session = await this.#open()
    await new ErpOrders(session).open(erpNumber)
    await this.#ctx.artifact('confirmation.png', await session.page.screenshot(), 'image/png')
  }

  /** What the ERP showed; the words are what counts, so a picture that can't be had is none. */
  async #keepPicture(name: string): Promise<void> {
    try {
      const session = await this.#open()
      await this.#ctx.artifact(name, await session.page.screenshot(), 'image/png')
    } catch (error) {
      this.#ctx.logger.warn({ err: error, name }, 'no picture of the page could be kept')
    }
  }

  async #open(): Promise<ErpSession> {
    return (this.#session ??= await ErpSession.open(this.#ctx, requireErp(this.#ctx.resources)))
  }
}

function contentOf({ id, customerId, customerName, currency, lines, note, total }: PendingOrder): Content {
  return { id, customerId, customerName, currency, lines, total, ...(note !== undefined && { note }) }
}
