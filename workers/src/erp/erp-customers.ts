import { erpRejected, erpUnavailable } from './erp-errors.ts'
import type { ErpSession } from './erp-session.ts'
import { toErpText } from './erp-text.ts'
import { readHasCustomer } from './page-scripts.ts'

/** What the ERP keeps of a customer beside the number, by the names of its fields. */
const CUSTOMER_FIELDS = ['name', 'email', 'phone', 'street', 'city'] as const

export type CustomerFields = Partial<Record<(typeof CUSTOMER_FIELDS)[number], string>>

/** The ERP's pages about customers. */
export class ErpCustomers {
  readonly #session: ErpSession

  constructor(session: ErpSession) {
    this.#session = session
  }

  async exists(number: string): Promise<boolean> {
    return this.#session.during(async () => {
      await this.#session.goTo(`/customers?search=${encodeURIComponent(number)}`)
      return this.#session.page.read<boolean>(readHasCustomer(number))
    })
  }

  /** Adds a customer that the ERP does not have. */
  async create(number: string, fields: CustomerFields): Promise<void> {
    await this.#save('/customers/new', { number, ...fields })
  }

  /** Changes what is named of a customer that the ERP has; everything else stays as it is there. */
  async change(number: string, fields: CustomerFields): Promise<void> {
    await this.#save(`/customers/${encodeURIComponent(number)}`, fields)
  }

  async #save(path: string, fields: Readonly<Record<string, string | undefined>>): Promise<void> {
    const given = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, toErpText(value)] as const],
    )
    await this.#session.during(async () => {
      await this.#session.goTo(path)
      await this.#session.page.fill('#save', Object.fromEntries(given))
      const { faults, notice } = await this.#session.press('#save')
      if (faults.length > 0) throw erpRejected(faults)
      if (notice === null) throw erpUnavailable('The ERP does not say that it has saved the customer.')
    })
  }
}

/** Of what is known of a customer, what the ERP has a field for. */
export function toCustomerFields({
  name,
  fields,
}: {
  name: string
  fields: Readonly<Record<string, string>>
}): CustomerFields {
  const known = CUSTOMER_FIELDS.filter((field) => fields[field] !== undefined)
  return { ...Object.fromEntries(known.map((field) => [field, fields[field]])), name }
}
