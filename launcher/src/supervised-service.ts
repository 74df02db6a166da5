import type { EmbeddedService, ServiceExit } from '@headway/embedded'
import { restartDelayMs } from './restart-delay.ts'

/** Keeps Postgres or Redis running: started again on the same port when it ends by itself, so that its clients find it. */
export class SupervisedService<TService extends EmbeddedService = EmbeddedService> {
  readonly #startOn: (port?: number) => Promise<TService>
  readonly #onCrash: (exit: ServiceExit) => void
  #service: TService
  #pids: readonly number[] = []
  #isStopping = false

  private constructor(
    service: TService,
    startOn: (port?: number) => Promise<TService>,
    onCrash: (exit: ServiceExit) => void,
  ) {
    this.#service = service
    this.#startOn = startOn
    this.#onCrash = onCrash
    void this.#watch()
  }

  static async start<TService extends EmbeddedService>(
    startOn: (port?: number) => Promise<TService>,
    onCrash: (exit: ServiceExit) => void,
  ): Promise<SupervisedService<TService>> {
    return new SupervisedService(await startOn(), startOn, onCrash)
  }

  get current(): TService {
    return this.#service
  }

  outlive(pids: readonly number[]): void {
    this.#pids = pids
    this.#service.outlive(pids)
  }

  async stop(options: { isForced: boolean }): Promise<void> {
    this.#isStopping = true
    await this.#service.stop(options)
  }

  async #watch(): Promise<void> {
    while (!this.#isStopping) {
      const exit = await this.#service.exited
      if (this.#isStopping) return
      this.#onCrash(exit)
      await this.#startAgain()
    }
  }

  async #startAgain(): Promise<void> {
    for (let failures = 1; !this.#isStopping; failures++) {
      try {
        this.#service = await this.#startOn(this.#service.port)
        this.#service.outlive(this.#pids)
        if (this.#isStopping) await this.#service.stop()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, restartDelayMs(failures)))
      }
    }
  }
}
