import type { Express } from 'express'
import { readCustomerForm } from './customer-form.ts'
import { customerFormPage, customerListPage } from './customer-pages.ts'
import type { ErpStore } from './erp-store.ts'
import type { ForUsers } from './for-users.ts'
import { readFields } from './form-fields.ts'
import { page } from './layout.ts'
import { searchOf } from './search-of.ts'

/** Listing, adding and changing customers. */
export function addCustomerRoutes(app: Express, store: ErpStore, users: ForUsers): void {
  app.get(
    '/customers',
    users((request, response, formToken) => {
      response.send(customerListPage(store, searchOf(request), formToken))
    }),
  )
  app.get(
    '/customers/new',
    users((_request, response, formToken) => void response.send(customerFormPage({}, {}, formToken))),
  )
  app.get(
    '/customers/:number',
    users((request, response, formToken) => {
      const number = String(request.params['number'])
      const customer = store.customer(number)
      if (customer) response.send(customerFormPage(customer, { number }, formToken))
      else response.status(404).send(page('Not found', '<p>There is no such customer.</p>', formToken))
    }),
  )
  app.post(
    ['/customers', '/customers/:number'],
    users((request, response, formToken) => {
      const fields = readFields(request)
      const known = request.params['number']
      const number = String(known ?? fields['number'] ?? '')
      const { customer, faults } = readCustomerForm(fields, number)
      if (known === undefined && store.customer(number)) faults.push(`Customer ${number} exists already.`)
      if (faults.length > 0) {
        const shown = known === undefined ? { faults } : { number, faults }
        response.status(422).send(customerFormPage(customer, shown, formToken))
        return
      }
      store.putCustomer(customer)
      response.send(customerFormPage(customer, { number, notice: 'The customer was saved.' }, formToken))
    }),
  )
}
