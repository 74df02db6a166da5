import { JOB_ID_PATTERN } from '@headway/events'
import { InvalidCursorError } from '../errors.ts'
import type { OrderSort } from './order-sort.ts'

/** Where a page ended: its last order, and what it was sorted by. */
export interface OrderCursor {
  sort: OrderSort
  direction: 'asc' | 'desc'
  value: Date | string | number
  id: string
}

export function formatOrderCursor({ sort, direction, value, id }: OrderCursor): string {
  const plain = value instanceof Date ? value.getTime() : value
  return Buffer.from(JSON.stringify([sort, direction, plain, id])).toString('base64url')
}

/** @throws InvalidCursorError for what {@link formatOrderCursor} did not write, or for another sort */
export function parseOrderCursor(
  cursor: string,
  wanted: Pick<OrderCursor, 'sort' | 'direction'>,
): Pick<OrderCursor, 'value' | 'id'> {
  const [sort, direction, plain, id] = partsOf(cursor)
  if (sort !== wanted.sort || direction !== wanted.direction) throw new InvalidCursorError()
  if (typeof id !== 'string' || !JOB_ID_PATTERN.test(id)) throw new InvalidCursorError()
  return { value: valueOf(wanted.sort, plain), id }
}

function valueOf(sort: OrderSort, plain: unknown): Date | string | number {
  switch (sort) {
    case 'customerName':
      if (typeof plain === 'string' && plain.isWellFormed() && !plain.includes('\0')) return plain
      break
    case 'total':
      if (Number.isSafeInteger(plain)) return plain as number
      break
    case 'createdAt':
    case 'updatedAt':
      // What Postgres can compare with: a Date holds years that it does not know.
      if (Number.isSafeInteger(plain) && (plain as number) >= 0 && (plain as number) < YEAR_10000)
        return new Date(plain as number)
      break
    default:
      sort satisfies never
  }
  throw new InvalidCursorError()
}

const YEAR_10000 = Date.UTC(10_000, 0)

function partsOf(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}
