import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL, fileURLToPath } from 'node:url'
import type { ClusterOptions } from '../cluster/cluster.ts'
import type { Mutant } from './mutants.ts'

const COPIED = ['packages', 'server', 'workers'] as const
const LEFT_OUT = new Set(['dist', 'test', '.turbo'])

/** A copy of the repository with the fault in it, gone after {@link MutatedCopy.remove}. */
export interface MutatedCopy {
  readonly programs: ClusterOptions['programs']
  remove(): void
}

/**
 * Copies what runs into a folder of its own and puts the fault in there: the product itself has no switch for it.
 *
 * @throws Error if the text to be replaced is not there exactly once
 */
export function mutateCopy(programs: ClusterOptions['programs'], mutant: Mutant): MutatedCopy {
  const root = fileURLToPath(new URL('../../', programs.server))
  const mutated = mutate(readFileSync(join(root, mutant.file), 'utf8'), mutant)
  const copy = mkdtempSync(join(tmpdir(), 'headway-mutant-'))
  for (const folder of COPIED) {
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !LEFT_OUT.has(basename(source)),
    })
  }
  for (const name of ['node_modules', 'web']) symlinkSync(join(root, name), join(copy, name))
  writeFileSync(join(copy, mutant.file), mutated)
  return {
    programs: { server: moved(programs.server, root, copy), worker: moved(programs.worker, root, copy) },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  }
}

/**
 * The text of the mutant's file with the fault in it.
 *
 * @throws Error if the text to be replaced is not there exactly once
 */
export function mutate(text: string, { name, file, find, replace }: Mutant): string {
  const parts = text.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new Error(
    `The mutant "${name}" finds its text ${parts.length - 1} times in ${file}: ${find} Adapt it in mutants.ts.`,
  )
}

function moved(program: URL, root: string, copy: string): URL {
  return pathToFileURL(join(copy, fileURLToPath(program).slice(root.length)))
}
