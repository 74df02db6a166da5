import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first executable file of one of the names on a PATH that is good enough, or undefined. */
export function findOnPath(
  names: readonly string[],
  { path, isGood }: { path: string; isGood: (file: string) => boolean },
): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => isExecutable(file) && isGood(file))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
