import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** Somebody who orders. */
export interface Customer {
  /** What people at the desk call the customer by. */
  readonly number: string
  name: string
  email: string
  phone: string
  street: string
  city: string
}

export interface OrderLine {
  readonly sku: string
  readonly description: string
  readonly quantity: number
  /** Minor units. */
  readonly unitPrice: number
}

export interface Order {
  /** Given out by the ERP: `ERP-100001`. */
  readonly number: string
  /** The number under which the customer's own system knows it. Not checked for being new: that is up to who enters it. */
  readonly reference: string
  readonly customerNumber: string
  readonly currency: string
  readonly note: string
  readonly lines: readonly OrderLine[]
  readonly enteredAt: string
}

interface Data {
  nextNumber: number
  customers: Customer[]
  orders: Order[]
}

/** The ERP's books: in memory, and in a file where one is named. */
export class ErpStore {
  readonly #file: string | undefined
  readonly #data: Data

  constructor(file?: string) {
    this.#file = file
    this.#data = readBooks(file) ?? { nextNumber: 100_001, customers: [], orders: [] }
  }

  get orders(): readonly Order[] {
    return this.#data.orders
  }

  order(number: string): Order | undefined {
    return this.#data.orders.find((order) => order.number === number)
  }

  /** Orders in which number, reference or customer contain the words, newest first; all without words. */
  findOrders(words: string): Order[] {
    const isMatch = (order: Order) =>
      contains(`${order.number} ${order.reference} ${this.customer(order.customerNumber)?.name}`, words)
    return this.#data.orders.filter(isMatch).toReversed()
  }

  customer(number: string): Customer | undefined {
    return this.#data.customers.find((customer) => customer.number === number)
  }

  findCustomers(words: string): Customer[] {
    return this.#data.customers.filter(({ number, name }) => contains(`${number} ${name}`, words))
  }

  /** Enters an order under a new number. The same order entered twice is two orders. */
  enterOrder(order: Omit<Order, 'number' | 'enteredAt'>): Order {
    const number = `ERP-${this.#data.nextNumber}`
    this.#data.nextNumber += 1
    const entered = { ...order, number, enteredAt: new Date().toISOString() }
    this.#data.orders.push(entered)
    this.#write()
    return entered
  }

  /** Adds a customer, or takes over new data of one. */
  putCustomer(customer: Customer): void {
    const known = this.customer(customer.number)
    if (known) Object.assign(known, customer)
    else this.#data.customers.push({ ...customer })
    this.#write()
  }

  #write(): void {
    if (this.#file === undefined) return
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#data))
    renameSync(`${this.#file}.new`, this.#file)
  }
}

function contains(text: string, words: string): boolean {
  return text.toLowerCase().includes(words.trim().toLowerCase())
}

function readBooks(file: string | undefined): Data | undefined {
  if (file === undefined) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Data
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} does not hold the books of an ERP. Remove it to begin with empty ones.`, {
      cause: error,
    })
  }
}
