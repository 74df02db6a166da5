import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

  /** Ends when the file is closed, also for a stream that fails: whoever removes the file then finds it. */
  override async putStream(key: string, contents: Readable): Promise<void> {
    const path = join(this.#directory, key)
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'w')
    try {
      await file.writeFile(contents)
    } finally {
      await file.close()
    }
  }

  async getPart(key: string, { first, last }: BytePart): Promise<Readable> {
    return createReadStream(join(this.#directory, key), { start: first, end: last })
  }
}
