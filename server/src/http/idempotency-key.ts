import { createHash } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import { HttpError } from './http-error.ts'

export const IDEMPOTENCY_KEY_MAX_LENGTH = 255

/** How long the first answer is kept. */
export const IDEMPOTENCY_KEY_TTL_HOURS = 24

/** Visible characters of ASCII. */
const KEY_PATTERN = /^[\x21-\x7e]+$/

/** What a client may send as `Idempotency-Key`. */
export const idempotencyKeyHeader = z.string().max(IDEMPOTENCY_KEY_MAX_LENGTH).regex(KEY_PATTERN)

export interface Idempotency {
  key: string
  /** Hash of the body without regard to the order of its keys. */
  bodySha256: string
}

/** What the client sent as `Idempotency-Key`, or undefined where it sent none. */
export function idempotencyOf(request: Request): Idempotency | undefined {
  const key = request.get('idempotency-key')
  if (key === undefined) return undefined
  if (!idempotencyKeyHeader.safeParse(key).success) {
    throw new HttpError('bad_request', 'The Idempotency-Key must have 1 to 255 visible ASCII characters.', {
      errors: [{ pointer: 'Idempotency-Key', detail: 'must have 1 to 255 visible characters' }],
    })
  }
  return { key, bodySha256: hashOf(request.body) }
}

/** A client that builds its body anew for a retry may order the keys otherwise: it is the same request. */
function hashOf(body: unknown): string {
  const canonical = JSON.stringify(body, (_key, value: unknown) => withSortedKeys(value))
  return createHash('sha256')
    .update(canonical ?? '')
    .digest('hex')
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
