import { setTimeout as delay } from 'node:timers/promises'
import type { Program } from '@headway/chaos'

/** What is done to the workers, one thing at a time to each of them; afterwards it runs again. */
export class WorkerFaults {
  readonly #workers: readonly Program[]
  readonly #busy = new Map<Program, Promise<void>>()

  constructor(workers: readonly Program[]) {
    this.#workers = workers
  }

  kill(worker: number): Promise<void> {
    return this.#then(worker, async (program) => {
      await program.end('SIGKILL')
      await program.start()
    })
  }

  stop(worker: number): Promise<void> {
    return this.#then(worker, async (program) => {
      await program.end('SIGTERM')
      await program.start()
    })
  }

  freeze(worker: number, forMs: number): Promise<void> {
    return this.#then(worker, async (program) => {
      program.signal('SIGSTOP')
      await delay(forMs)
      program.signal('SIGCONT')
    })
  }

  #then(worker: number, act: (program: Program) => Promise<void>): Promise<void> {
    const program = this.#workers[worker % this.#workers.length]
    if (!program) throw new Error('There is no worker to do this to.')
    const done = (this.#busy.get(program) ?? Promise.resolve()).then(() => act(program))
    this.#busy.set(program, done)
    return done
  }
}
