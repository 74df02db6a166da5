import type { ErrorCode } from '@headway/events'
import { RequestError } from './request-error.ts'
import type { EndFault } from './log/live-faults.ts'

/** A request of a client: `POST /api/jobs` or `subscribe:job`, with what follows it in the path or as arguments. */
export interface ClientCall {
  readonly userId: string
  readonly name: string
}

/** Which calls a fault meets, and when it says to ask again. */
export interface CallFaultOptions {
  /** After so many calls the fault is over. @default Infinity */
  count?: number
  /** @default every call */
  where?: (call: ClientCall) => boolean
  /** When to ask again, in milliseconds. */
  retryAfterMs?: number
}

/** Calls that are refused, whatever they ask for. */
export class CallFaults {
  readonly #faults = new Set<{ error: RequestError; where: (call: ClientCall) => boolean; left: number }>()

  refuse(
    code: ErrorCode,
    { count = Infinity, where = () => true, retryAfterMs }: CallFaultOptions,
  ): EndFault {
    const error = new RequestError(code, `The test refuses this: ${code}.`, { retryAfterMs })
    const fault = { error, where, left: count }
    this.#faults.add(fault)
    return () => void this.#faults.delete(fault)
  }

  /** @throws RequestError */
  check(call: ClientCall): void {
    const fault = [...this.#faults].find(({ where }) => where(call))
    if (!fault) return
    fault.left -= 1
    if (fault.left <= 0) this.#faults.delete(fault)
    throw fault.error
  }

  clear(): void {
    this.#faults.clear()
  }
}
