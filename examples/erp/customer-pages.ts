import { CUSTOMER_FIELDS } from './customer-form.ts'
import type { Customer, ErpStore } from './erp-store.ts'
import { escape, faultList, field, hidden, page, searchForm } from './layout.ts'

export function customerListPage(store: ErpStore, words: string, formToken: string): string {
  const rows = store.findCustomers(words).map(({ number, name, city }) => {
    return `<tr data-number="${escape(number)}"><td><a href="/customers/${encodeURIComponent(number)}">${escape(number)}</a></td><td>${escape(name)}</td><td>${escape(city)}</td></tr>`
  })
  return page(
    'Customers',
    `${searchForm('/customers', words)}<a href="/customers/new">New customer</a>
<table id="customers"><tr><th>Number</th><th>Name</th><th>City</th></tr>${rows.join('')}</table>`,
    formToken,
  )
}

/** @param number of a customer that exists; undefined for a new one, whose number is asked for */
export function customerFormPage(
  customer: Partial<Customer>,
  { number, faults, notice }: { number?: string; faults?: readonly string[]; notice?: string },
  formToken: string,
): string {
  const fields = Object.entries(CUSTOMER_FIELDS).map(([name, label]) =>
    field(label, name, { value: customer[name as keyof Customer] ?? '' }),
  )
  const action = number === undefined ? '/customers' : `/customers/${encodeURIComponent(number)}`
  return page(
    number === undefined ? 'New customer' : `Customer ${number}`,
    `${faultList(faults ?? [])}${notice === undefined ? '' : `<p id="notice">${escape(notice)}</p>`}
<form method="post" action="${action}">${hidden('form_token', formToken)}
${number === undefined ? field('Number', 'number', { value: customer.number ?? '' }) : ''}${fields.join('')}<button id="save">Save</button></form>`,
    formToken,
  )
}
