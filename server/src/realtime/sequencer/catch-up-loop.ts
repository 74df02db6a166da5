/** Runs one read at a time; whoever asks meanwhile waits for a read that began after he asked. */
export class CatchUpLoop {
  readonly #readOn: () => Promise<'again' | 'done'>
  #isWanted = false
  #running: Promise<void> | undefined

  /** @param readOn one read and what follows from it; `again` if there may be more to read */
  constructor(readOn: () => Promise<'again' | 'done'>) {
    this.#readOn = readOn
  }

  /** Resolves when all is sent that was there at the call; rejects when Redis can't be read. */
  run(): Promise<void> {
    this.#isWanted = true
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #loop(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false
      if ((await this.#readOn()) === 'again') this.#isWanted = true
    }
  }
}
