import { randomUUID } from 'node:crypto'

/** A user whom no other test knows: all tests share one Redis. */
export function uniqueUserId(): string {
  return `user-${randomUUID()}`
}
