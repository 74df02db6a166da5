import { customersQuery } from '../../pending-orders/list-customers.ts'
import { ordersQuery } from '../../pending-orders/list-orders.ts'
import type { ApiCall } from '../api-call.ts'

/** One that is stored as it is. */
const ORDER = {
  id: '5b9c2f0e-7d3a-4c61-9e0f-1a2b3c4d5e6f',
  customerId: 'C-100',
  customerName: 'Acme',
  currency: 'EUR',
  lines: [{ sku: 'BOLT-8', description: 'Bolts', quantity: 10, unitPrice: 25 }],
}

/** The calls on pending orders, and on the customers that they name. */
export const ORDER_CALLS: readonly ApiCall[] = [
  {
    method: 'get',
    path: '/api/pending-orders',
    operationId: 'listOrders',
    tag: 'Pending orders',
    summary: 'List orders, what was changed last first',
    access: 'user',
    query: ordersQuery,
    answers: { 200: { description: 'A page of the orders.', schema: 'OrderPage' } },
  },
  {
    method: 'post',
    path: '/api/pending-orders',
    operationId: 'saveOrders',
    tag: 'Pending orders',
    summary: 'Store a batch of orders, all or none',
    access: 'user',
    headers: ['X-Client-Id'],
    body: { schema: 'OrderBatch', example: { orders: [ORDER] } },
    answers: { 200: { description: 'All of them are stored.', schema: 'OrderResults' } },
    refusals: [
      {
        code: 'conflict',
        when: 'Some cannot be stored as sent, so none was; `conflicts` has both versions of each.',
        schema: 'OrderConflicts',
      },
      { code: 'rate_limited' },
      {
        code: 'limit_exceeded',
        when: 'The user would have more orders that are not in the ERP than may be.',
      },
    ],
  },
  {
    method: 'get',
    path: '/api/pending-orders/{id}',
    operationId: 'viewOrder',
    tag: 'Pending orders',
    summary: 'See an order',
    access: 'user',
    answers: { 200: { description: 'The order.', schema: 'PendingOrder' } },
    refusals: [{ code: 'not_found' }],
  },
  {
    method: 'delete',
    path: '/api/pending-orders/{id}',
    operationId: 'deleteOrder',
    tag: 'Pending orders',
    summary: 'Delete an order',
    access: 'user',
    headers: ['X-Client-Id'],
    answers: { 204: { description: 'The order is deleted.' } },
    refusals: [
      { code: 'not_found' },
      { code: 'conflict', when: "The order is the ERP's, or on its way there." },
      { code: 'rate_limited' },
    ],
  },
  {
    method: 'get',
    path: '/api/customers',
    operationId: 'listCustomers',
    tag: 'Pending orders',
    summary: 'List the customers that orders have named, by name',
    access: 'user',
    query: customersQuery,
    answers: { 200: { description: 'The first of the customers.', schema: 'Customers' } },
  },
]
