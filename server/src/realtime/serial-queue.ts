/** Runs tasks one after the other; one that fails does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()
  #length = 0

  /** Tasks that wait, and the one that runs. */
  get length(): number {
    return this.#length
  }

  run<TResult>(task: () => Promise<TResult>): Promise<TResult> {
    this.#length += 1
    const result = this.#last.then(task).finally(() => {
      this.#length -= 1
    })
    this.#last = result.catch(() => {})
    return result
  }
}
