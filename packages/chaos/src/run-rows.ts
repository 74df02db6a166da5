import { join } from 'node:path'
import type { Row } from './row.ts'
import { runRow, type RowResult, type RunOptions } from './run-row.ts'

export interface RowsOptions extends Omit<RunOptions, 'seed'> {
  readonly seeds: readonly number[]
  readonly hasRedisServer: boolean
  readonly onResult: (result: RowResult) => void
}

/** Runs each row once per seed. A row that this machine can't run is skipped, by name. */
export async function runRows(rows: readonly Row[], options: RowsOptions): Promise<RowResult[]> {
  const results: RowResult[] = []
  for (const seed of options.seeds) {
    for (const row of rows) {
      const logDir = join(options.logDir, `${row.number}-${row.name}-${seed}`)
      const result =
        row.needsRedisServer && !options.hasRedisServer
          ? skipped(row, seed)
          : await runRow(row, { ...options, seed, logDir })
      results.push(result)
      options.onResult(result)
    }
  }
  return results
}

function skipped({ number, name }: Row, seed: number): RowResult {
  const problems = ['skipped: it needs a redis-server or valkey-server on the PATH']
  return { row: number, name, seed, outcome: 'skipped', problems, ms: 0 }
}
