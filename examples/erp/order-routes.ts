import type { Express } from 'express'
import type { ErpStore } from './erp-store.ts'
import type { ForUsers } from './for-users.ts'
import { readFields } from './form-fields.ts'
import { page } from './layout.ts'
import { readOrderForm } from './order-form.ts'
import { orderFormPage, orderListPage, orderPage, orderReviewPage } from './order-pages.ts'
import { searchOf } from './search-of.ts'

/** Listing, entering and reading orders. */
export function addOrderRoutes(app: Express, store: ErpStore, users: ForUsers): void {
  app.get(
    '/orders',
    users((request, response, formToken) => {
      response.send(orderListPage(store, searchOf(request), formToken))
    }),
  )
  app.get(
    '/orders/new',
    users((_request, response, formToken) => {
      response.send(orderFormPage({ currency: 'EUR' }, [], formToken))
    }),
  )
  app.post(
    '/orders/check',
    users((request, response, formToken) => {
      const fields = readFields(request)
      const { order, faults } = readOrderForm(fields, store)
      if (faults.length > 0) response.status(422).send(orderFormPage(fields, faults, formToken))
      else response.send(orderReviewPage(order, fields, formToken))
    }),
  )
  app.post(
    '/orders',
    users((request, response, formToken) => {
      const fields = readFields(request)
      const { order, faults } = readOrderForm(fields, store)
      if (faults.length > 0) response.status(422).send(orderFormPage(fields, faults, formToken))
      else response.send(orderPage(store.enterOrder(order), formToken))
    }),
  )
  app.get(
    '/orders/:number',
    users((request, response, formToken) => {
      const order = store.order(String(request.params['number']))
      if (order) response.send(orderPage(order, formToken))
      else response.status(404).send(page('Not found', '<p>There is no such order.</p>', formToken))
    }),
  )
}
