import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How the folders are called that hold the profiles of one worker's browsers. */
export const WORKER_FOLDER_PREFIX = 'headway-chromium-'

/** The socket in a worker's folder on which it listens as long as it lives. */
export const ALIVE_SOCKET = 'alive'

/**
 * A folder in the temporary one for all that the browsers of one pool write. A socket in it is listened on until the end of the
 * process, however that comes, so that anybody can tell whether the folder is still needed: also a process that has other process ids,
 * in another container that shares the temporary folder.
 */
export class WorkerFolder {
  readonly path: string
  readonly #server: Server

  static async create(parent: string = tmpdir()): Promise<WorkerFolder> {
    const path = await mkdtemp(join(parent, WORKER_FOLDER_PREFIX))
    const server = createServer((socket) => socket.destroy()).unref()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(join(path, ALIVE_SOCKET), resolve)
    })
    return new WorkerFolder(path, server)
  }

  private constructor(path: string, server: Server) {
    this.path = path
    this.#server = server
  }

  /** Makes a profile folder for one browser. */
  async createProfile(): Promise<string> {
    return mkdtemp(join(this.path, 'b'))
  }

  async remove(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve))
    await removeFolder(this.path)
  }
}

/** Removes a folder; a Chromium that is just ending may still write to it, so a failure is tried again. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
