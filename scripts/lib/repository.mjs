import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder with the workspace's package.json. */
export const ROOT = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..')

/** @param {string} path */
export function readRootFile(path) {
  return readFileSync(join(ROOT, path), 'utf8')
}
