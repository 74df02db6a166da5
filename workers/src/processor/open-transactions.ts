import { AsyncLocalStorage } from 'node:async_hooks'
import { FinalError } from '../errors.ts'

/**
 * The transactions of one attempt that are open. Each holds the job's row, so what writes to the job from within one would wait for
 * itself; what does so beside it only waits until it is over.
 */
export class OpenTransactions {
  readonly #within = new AsyncLocalStorage<{ isOpen: boolean }>()
  #count = 0

  get isAnyOpen(): boolean {
    return this.#count > 0
  }

  async run<T>(transact: () => Promise<T>): Promise<T> {
    // What was begun within it may go on when it is over.
    const transaction = { isOpen: true }
    this.#count += 1
    try {
      return await this.#within.run(transaction, transact)
    } finally {
      transaction.isOpen = false
      this.#count -= 1
    }
  }

  /** @throws FinalError where the caller is within one of them */
  refuseWithin(what: string): void {
    if (!this.#within.getStore()?.isOpen) return
    throw new FinalError(
      `${what} is asked for within a transaction, which holds the job: it would wait for itself. Call it before or after the transaction.`,
    )
  }
}
