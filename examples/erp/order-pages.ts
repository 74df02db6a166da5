import type { ErpStore, Order } from './erp-store.ts'
import type { FormFields } from './form-fields.ts'
import { escape, faultList, field, hidden, page, searchForm } from './layout.ts'
import { MAX_LINES, money, totalOf } from './order-form.ts'

/** Rows that a new order form shows; it takes more where more are sent. */
const ROWS = 12

export function orderListPage(store: ErpStore, words: string, formToken: string): string {
  const rows = store.findOrders(words).map((order) => {
    const customer = store.customer(order.customerNumber)?.name ?? order.customerNumber
    return `<tr data-reference="${escape(order.reference)}"><td class="number"><a href="/orders/${order.number}">${order.number}</a></td>
<td class="reference">${escape(order.reference)}</td><td>${escape(customer)}</td><td>${money(totalOf(order), order.currency)}</td></tr>`
  })
  return page(
    'Orders',
    `${searchForm('/orders', words)}<table id="orders"><tr><th>Number</th><th>Reference</th><th>Customer</th><th>Total</th></tr>${rows.join('')}</table>
<p id="count">${rows.length} orders</p>`,
    formToken,
  )
}

export function orderFormPage(fields: FormFields, faults: readonly string[], formToken: string): string {
  const value = (name: string) => fields[name] ?? ''
  const filled = Array.from({ length: MAX_LINES }, (_, index) => index + 1).filter((row) =>
    value(`sku_${row}`),
  )
  const rows = Array.from({ length: Math.max(ROWS, filled.at(-1) ?? 0) }, (_, index) => {
    const cells = ['sku', 'description', 'quantity', 'price'].map((name) => {
      const full = `${name}_${index + 1}`
      return `<td><input name="${full}" value="${escape(value(full))}" aria-label="${name} of line ${index + 1}"></td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return page(
    'New order',
    `${faultList(faults)}<form method="post" action="/orders/check">${hidden('form_token', formToken)}
${field('Customer number', 'customer', { value: value('customer') })}${field('Your reference', 'reference', { value: value('reference') })}
${field('Currency', 'currency', { value: value('currency') })}${field('Note', 'note', { value: value('note') })}
<table><tr><th>Article</th><th>Description</th><th>Quantity</th><th>Price each</th></tr>${rows.join('')}</table>
<button id="check">Check</button></form>`,
    formToken,
  )
}

/** The last look before the order counts: the same fields, hidden. */
export function orderReviewPage(
  order: Pick<Order, 'lines' | 'currency'>,
  fields: FormFields,
  formToken: string,
): string {
  const kept = Object.entries(fields).map(([name, value]) => hidden(name, value))
  return page(
    'Check the order',
    `<p>Total: <strong id="total">${money(totalOf(order), order.currency)}</strong> for ${order.lines.length} lines</p>
<form method="post" action="/orders">${kept.join('')}<button id="submit-order">Submit order</button></form>`,
    formToken,
  )
}

export function orderPage(order: Order, formToken: string): string {
  return page(
    `Order ${order.number}`,
    `<p id="confirmation">Order <strong id="order-number">${order.number}</strong> was received.</p>
<p>Reference: <span id="reference">${escape(order.reference)}</span>, total ${money(totalOf(order), order.currency)}</p>`,
    formToken,
  )
}
