import { randomId } from '../lib/random-id.ts'

/** One key per input: the same for repeats of one start, another once the input has changed or a start succeeded. */
export class IdempotencyKeys {
  #inputText = ''
  #key = ''

  keyFor(input: Readonly<Record<string, unknown>>): string {
    const inputText = JSON.stringify(input)
    if (this.#key === '' || inputText !== this.#inputText) {
      this.#inputText = inputText
      this.#key = randomId()
    }
    return this.#key
  }

  /** The start has succeeded: the same input means another job from now on. */
  renew(): void {
    this.#key = ''
  }
}
