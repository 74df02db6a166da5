import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FSDriver } from 'flydrive/drivers/fs'
import type { ArtifactDriver, BytePart } from './artifact-driver.ts'

/** Files in a folder. */
export class FolderDriver extends FSDriver implements ArtifactDriver {
  readonly #directory: string

  /** @param directory absolute path; made where it does not exist */
  constructor(directory: string) {
    super({ location: directory, visibility: 'private' })
    this.#directory = directory
  }

  async getPart(key: string, { first, last }: BytePart): Promise<Readable> {
    return createReadStream(join(this.#directory, key), { start: first, end: last })
  }
}
