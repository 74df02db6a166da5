import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary folder for one test file and its processes alone, so that whatever is in it at the end was left behind. */
export class OwnTmpDir {
  readonly path: string
  readonly #former: string | undefined

  /** Also this process' own, until it is removed. */
  static async open(): Promise<OwnTmpDir> {
    return new OwnTmpDir(await mkdtemp(join(tmpdir(), 'hw-')))
  }

  private constructor(path: string) {
    this.path = path
    this.#former = process.env['TMPDIR']
    process.env['TMPDIR'] = path
  }

  async list(): Promise<string[]> {
    return readdir(this.path)
  }

  async remove(): Promise<void> {
    if (this.#former === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = this.#former
    await rm(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
