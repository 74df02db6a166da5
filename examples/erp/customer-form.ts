import type { Customer } from './erp-store.ts'
import type { FormFields } from './form-fields.ts'

/** What may be told of a customer, with the words on the form. */
export const CUSTOMER_FIELDS = {
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  street: 'Street',
  city: 'City',
} as const satisfies Record<keyof Omit<Customer, 'number'>, string>

/** Reads the customer form; each fault is one sentence. */
export function readCustomerForm(
  fields: FormFields,
  number: string,
): { customer: Customer; faults: string[] } {
  const { name = '', email = '', phone = '', street = '', city = '' } = fields
  const customer: Customer = { number, name, email, phone, street, city }
  const faults: string[] = []
  if (!/^[\w.-]{1,64}$/.test(number))
    faults.push(`Number "${number}" may have letters, digits, . - and _ only.`)
  if (customer.name === '') faults.push('Name is missing.')
  if (customer.email !== '' && !/^\S+@\S+$/.test(customer.email)) {
    faults.push(`E-mail "${customer.email}" is not an address.`)
  }
  return { customer, faults }
}
