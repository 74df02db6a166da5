import { InvalidCursorError } from '../errors.ts'
import type { OrderSort } from './order-page.ts'

/** Where a page ended: its last order, and what it was sorted by. */
export interface OrderCursor {
  sort: OrderSort
  direction: 'asc' | 'desc'
  value: Date | string | number
  id: string
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function formatOrderCursor({ sort, direction, value, id }: OrderCursor): string {
  const plain = value instanceof Date ? value.getTime() : value
  return Buffer.from(JSON.stringify([sort, direction, plain, id])).toString('base64url')
}

/** @throws InvalidCursorError for what {@link formatOrderCursor} did not write, or for another sort */
export function parseOrderCursor(
  cursor: string,
  wanted: Pick<OrderCursor, 'sort' | 'direction'>,
): Pick<OrderCursor, 'value' | 'id'> {
  const [sort, direction, value, id] = parts(cursor)
  if (sort !== wanted.sort || direction !== wanted.direction) throw new InvalidCursorError()
  if (typeof id !== 'string' || !UUID.test(id)) throw new InvalidCursorError()
  if (sort === 'customerName') {
    if (typeof value !== 'string' || value.includes('\0')) throw new InvalidCursorError()
    return { value, id }
  }
  if (!Number.isSafeInteger(value)) throw new InvalidCursorError()
  const time = new Date(value as number)
  if (sort !== 'total' && Number.isNaN(time.getTime())) throw new InvalidCursorError()
  return { value: sort === 'total' ? (value as number) : time, id }
}

function parts(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}
