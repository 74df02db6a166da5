import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutation } from './mutations.ts'

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

/** Copies the client and its tests into a folder, with the fault in it where one is given: the sources stay as they are. */
export function copyClient(folder: string, mutation?: Mutation): void {
  mkdirSync(folder, { recursive: true })
  cpSync(join(PACKAGE, 'src'), join(folder, 'src'), { recursive: true })
  cpSync(join(PACKAGE, 'test'), join(folder, 'test'), {
    recursive: true,
    filter: (source) => !source.endsWith('mutations'),
  })
  symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  if (!mutation) return
  const file = join(folder, 'src', mutation.file)
  writeFileSync(file, mutate(readFileSync(file, 'utf8'), mutation))
}

/**
 * The text of the mutation's file with the fault in it.
 *
 * @throws Error if the text to be replaced is not there exactly once
 */
export function mutate(text: string, { name, file, find, replace }: Mutation): string {
  const parts = text.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new Error(
    `The mutation "${name}" finds its text ${parts.length - 1} times in ${file}: ${find} Adapt it in mutations.ts.`,
  )
}
