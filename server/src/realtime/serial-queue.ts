/** Runs tasks one after the other; one that fails does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  run<TResult>(task: () => Promise<TResult>): Promise<TResult> {
    const result = this.#last.then(task)
    this.#last = result.catch(() => {})
    return result
  }
}
