import { join } from 'node:path'
import { runRow, type RowResult, type RunOptions } from '../run-row.ts'
import { ROWS } from '../rows/index.ts'
import { mutateCopy } from './mutated-copy.ts'
import { MUTANTS, type Mutant } from './mutants.ts'

export interface MutantResult {
  readonly name: string
  readonly outcome: 'caught' | 'survived' | 'skipped'
  /** The row that turned red, and why. */
  readonly row?: number
  readonly problems: readonly string[]
}

export interface MutantOptions extends Omit<RunOptions, 'seed'> {
  readonly seeds: readonly number[]
  readonly hasRedisServer: boolean
  readonly onResult: (result: MutantResult) => void
}

/** The test of the tests: every fault that is put into Headway must turn a row red. */
export async function runMutants(options: MutantOptions): Promise<MutantResult[]> {
  const results: MutantResult[] = []
  for (const mutant of MUTANTS) {
    const result = await runMutant(mutant, options)
    results.push(result)
    options.onResult(result)
  }
  return results
}

async function runMutant(mutant: Mutant, options: MutantOptions): Promise<MutantResult> {
  const rows = ROWS.filter(({ number }) => mutant.rows.includes(number))
  const runnable = rows.filter(({ needsRedisServer }) => options.hasRedisServer || !needsRedisServer)
  const { name } = mutant
  if (runnable.length === 0) return { name, outcome: 'skipped', problems: ['it needs a redis-server'] }
  const copy = mutateCopy(options.programs, mutant)
  try {
    for (const seed of options.seeds) {
      for (const row of runnable) {
        const logDir = join(options.logDir, `mutant-${name.replaceAll(' ', '-')}-${row.number}-${seed}`)
        const result = await runRow(row, { ...options, programs: copy.programs, seed, logDir })
        if (isCaught(result)) return { name, outcome: 'caught', row: row.number, problems: result.problems }
      }
    }
  } finally {
    copy.remove()
  }
  const numbers = rows.map(({ number }) => number).join(', ')
  return {
    name,
    outcome: 'survived',
    problems: [`row ${numbers} stayed green with this fault in the product`],
  }
}

/** Red by what the clients saw: a cluster that did not even start has seen nothing. */
function isCaught({ outcome, verdict }: RowResult): boolean {
  return outcome === 'red' && verdict !== undefined && verdict.delivered > 0
}
