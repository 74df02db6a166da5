import { inspect } from 'node:util'
import { z } from 'zod'
import type { OperationDefinition } from './define-operation.ts'

/** Types are part of keys and addresses, which people write in shells. */
const TYPE = /^[A-Za-z0-9._-]{1,64}$/

/** Longest timer that Node has, in milliseconds: a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

/**
 * Says at its definition what no operation can be, which would show with its first job else. Who writes JavaScript hears of it from
 * here alone.
 *
 * @throws TypeError, RangeError
 */
export function checkDefinition(definition: OperationDefinition<z.ZodObject>): void {
  const { type, input, timeoutMs } = definition
  if (typeof type !== 'string' || !TYPE.test(type)) {
    throw new RangeError(
      `The type of an operation is ${shown(type)}; use 1 to 64 letters, digits, dots, dashes and underscores.`,
    )
  }
  if (!(input instanceof z.ZodObject)) {
    throw new TypeError(
      `The input of ${type} is ${shown(input)}; set an object schema of zod 4, as z.object({ word: z.string() }).`,
    )
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > TIMER_MAX_MS) {
    throw new RangeError(
      `timeoutMs of ${type} is ${shown(timeoutMs)}; set whole milliseconds from 1 to ${TIMER_MAX_MS}.`,
    )
  }
  if (typeof definition.run !== 'function') {
    throw new TypeError(`run of ${type} is no function; set the one that does the work.`)
  }
}

function shown(value: unknown): string {
  if (value instanceof z.ZodType) return `a zod schema of the kind ${value.type}`
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100))
  return inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 100)
}
