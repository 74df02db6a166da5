/** What any page of the ERP says, as far as somebody at the desk would look at it. */
export interface PageFacts {
  heading: string
  /** It asks who one is: nobody is logged in, or no longer. */
  isLogin: boolean
  /** What is wrong with the form that was sent, a sentence each. */
  faults: string[]
  /** What was done. */
  notice: string | null
}

/** Answers {@link PageFacts}. */
export const READ_FACTS = `(() => {
  const text = (selector) => document.querySelector(selector)?.textContent.trim() ?? null
  return {
    heading: text('h1') ?? '',
    isLogin: document.querySelector('form[action="/login"] #log-in') !== null,
    faults: [...document.querySelectorAll('.faults li')].map((fault) => fault.textContent.trim()),
    notice: text('#notice'),
  }
})()`

/** Numbers of the orders in the list whose reference is this very one, oldest last. */
export function readOrderNumbers(reference: string): string {
  return `(() => {
    const list = document.querySelector('#orders')
    if (list === null) return null
    return [...list.querySelectorAll('tr[data-reference]')]
      .filter((row) => row.dataset.reference === ${JSON.stringify(reference)})
      .map((row) => row.querySelector('.number').textContent.trim())
  })()`
}

/** Whether the list of customers has this very number; null on any other page. */
export function readHasCustomer(number: string): string {
  return `(() => {
    const list = document.querySelector('#customers')
    if (list === null) return null
    return [...list.querySelectorAll('tr[data-number]')].some((row) => row.dataset.number === ${JSON.stringify(number)})
  })()`
}

/** What an order's own page says of it. */
export interface OrderFacts {
  number: string
  reference: string
  /** With the currency, like `12.50 EUR`. */
  total: string
}

/** Answers {@link OrderFacts}; null on any other page. */
export const READ_ORDER = `(() => {
  const number = document.querySelector('#order-number')?.textContent.trim()
  const reference = document.querySelector('#reference')
  if (!number || reference === null) return null
  const total = /total (.+)$/.exec(reference.parentElement.textContent.trim())?.[1] ?? ''
  return { number, reference: reference.textContent, total }
})()`

/** What is about to be sent from the last page before an order counts, by the names of its fields, and what the page shows of it. */
export interface ReviewFacts {
  total: string
  fields: Record<string, string>
}

/** Answers {@link ReviewFacts}; null on any other page. */
export const READ_REVIEW = `(() => {
  const form = document.querySelector('#submit-order')?.closest('form')
  if (!form) return null
  const fields = [...form.querySelectorAll('input[name]')].map(({ name, value }) => [name, value])
  return { total: document.querySelector('#total').textContent.trim(), fields: Object.fromEntries(fields) }
})()`

/**
 * Fills in the fields of the form that a button belongs to, by their names. The form's table gets more rows where there are more lines than it
 * shows. Answers the names of fields that the form does not have, or null where the button is not there.
 */
export function fillForm(button: string, fields: Readonly<Record<string, string>>): string {
  return `(() => {
    const form = document.querySelector(${JSON.stringify(button)})?.closest('form')
    if (!form) return null
    const find = (name) => form.elements.namedItem(name)
    const addRow = (name) => {
      const row = /^sku_(\\d+)$/.exec(name)?.[1]
      const last = row === undefined ? null : find('sku_' + (row - 1))?.closest('tr')
      if (!last) return
      const added = last.cloneNode(true)
      for (const input of added.querySelectorAll('input')) {
        input.name = input.name.replace(/\\d+$/, row)
        input.value = ''
      }
      last.after(added)
    }
    const missing = []
    for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
      if (!find(name)) addRow(name)
      const input = find(name)
      if (input) input.value = value
      else missing.push(name)
    }
    return missing
  })()`
}
