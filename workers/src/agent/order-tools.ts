import { ORDER_STATES, writePrice, type PendingOrder } from '@headway/events'
import { InvalidCursorError, ORDER_SORTS } from '@headway/jobs'
import { z } from 'zod'
import { defineOrderTool, ToolFault, type OrderTool } from './order-tool.ts'

/** Lines of an order that are shown at a time. */
const LINES_PER_LOOK = 20

const search = z
  .string()
  .max(200)
  .optional()
  .describe(
    "Words that all have to occur in the customer's name or number, the note, the order's id or ERP number, or a line's article or description. Leave it out for all orders.",
  )
const state = z
  .enum(ORDER_STATES)
  .optional()
  .describe('draft: not sent to the ERP yet; submitting: on its way; submitted: arrived; failed: refused.')

const searchOrders = defineOrderTool({
  name: 'search_orders',
  description: "Lists the user's orders, newest first unless told otherwise, without their lines.",
  arguments: z.object({
    search,
    state,
    sort: z.enum(ORDER_SORTS).optional(),
    direction: z.enum(['asc', 'desc']).optional(),
    limit: z.int().min(1).max(20).default(10),
    cursor: z.string().max(2000).optional().describe('nextCursor of the page before.'),
  }),
  async run(given, { userId, orders }) {
    const page = await orders.list({ ...given, userId }).catch((error: unknown) => {
      if (!(error instanceof InvalidCursorError)) throw error
      throw new ToolFault('The cursor is none of this sort and direction. Leave it out for the first page.')
    })
    return { orders: page.orders.map(summaryOf), nextCursor: page.nextCursor }
  },
})

const getOrder = defineOrderTool({
  name: 'get_order',
  description: `Shows one order of the user with its note and ${LINES_PER_LOOK} of its lines at a time.`,
  arguments: z.object({
    orderId: z.string().max(100).describe('The id of an order, as search_orders names it.'),
    fromLine: z.int().min(1).max(10_000).default(1),
  }),
  async run({ orderId, fromLine }, { userId, orders }) {
    const order = await orders.find({ userId, orderId: orderId.trim().toLowerCase() })
    if (!order) throw new ToolFault(`The user has no order with the id ${JSON.stringify(orderId)}.`)
    const lines = order.lines.slice(fromLine - 1, fromLine - 1 + LINES_PER_LOOK)
    return {
      ...summaryOf(order),
      note: order.note ?? null,
      lines: lines.map(({ unitPrice, ...line }, index) => ({
        line: fromLine + index,
        ...line,
        unitPrice: writePrice(unitPrice, order.currency),
      })),
    }
  },
})

const sumOrders = defineOrderTool({
  name: 'sum_orders',
  description: "Counts the user's orders and adds up what they come to, by state and currency.",
  arguments: z.object({ search, state }),
  async run(given, { userId, orders }) {
    const sums = await orders.sum({ ...given, userId })
    return { sums: sums.map(({ total, ...sum }) => ({ ...sum, total: writePrice(total, sum.currency) })) }
  },
})

/** Everything that the model may look up: the orders of the job's owner, and nothing else. */
export const ORDER_TOOLS: readonly OrderTool[] = [searchOrders, getOrder, sumOrders]

function summaryOf(order: PendingOrder) {
  const { id, customerId, customerName, currency, total, lines, state: stands, erpNumber } = order
  return {
    orderId: id,
    customerId,
    customerName,
    state: stands,
    erpNumber,
    currency,
    total: writePrice(total, currency),
    lineCount: lines.length,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  }
}
