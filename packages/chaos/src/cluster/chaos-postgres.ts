import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgresData, startPostgres, type EmbeddedPostgres } from '@headway/embedded'

/** A Postgres of the harness, which can be restarted in the middle of its work. */
export class ChaosPostgres {
  readonly #dataDir: string
  readonly #folder: string
  readonly #isDurable: boolean
  #service: EmbeddedPostgres

  private constructor(folder: string, dataDir: string, service: EmbeddedPostgres, isDurable: boolean) {
    this.#isDurable = isDurable
    this.#folder = folder
    this.#dataDir = dataDir
    this.#service = service
  }

  static async start({ isDurable }: { isDurable: boolean }): Promise<ChaosPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'headway-chaos-postgres-'))
    // Under root, Postgres runs as another user.
    chmodSync(folder, 0o711)
    const dataDir = join(folder, 'data')
    return new ChaosPostgres(folder, dataDir, await startPostgres({ dataDir, isDurable }), isDurable)
  }

  get url(): string {
    return this.#service.url
  }

  /** An immediate stop, as a crash: connections break, transactions under way are gone. */
  async crash(): Promise<void> {
    await this.#service.stop({ isForced: true })
  }

  async startAgain(): Promise<void> {
    const { port } = this.#service
    this.#service = await startPostgres({ dataDir: this.#dataDir, port, isDurable: this.#isDurable })
  }

  async stop(): Promise<void> {
    await this.#service.stop({ isForced: true })
    removePostgresData(this.#dataDir)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
