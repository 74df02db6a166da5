import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Headway can't keep its data where it was told to. */
class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
  readonly code = 'data_folder'

  constructor(path: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(
      `The data folder ${path} can't be used: ${why}.\n` +
        'Make it a folder that you may write to, or choose another one: HEADWAY_DATA_DIR=~/headway-data npm start',
      { cause },
    )
  }
}

/** Makes the folder where it is not there yet. @throws {DataFolderError} */
export function openDataFolder(path: string): void {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new DataFolderError(path, error)
  }
}

/** Not by `recursive`: Node tries for ever where a folder says that it can't hold one, as those of `/proc` do. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    mkdirSync(path)
  }
}
