import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MutantResult } from './mutants/run-mutants.ts'
import type { RowResult } from './run-row.ts'

const MARKS = { green: '✓', red: '✗', invalid: '?', skipped: '-' } as const

export const HEADINGS = line([
  'row',
  'fault',
  'seed',
  'accepted',
  'delivered',
  'lost',
  'repeated',
  'order',
  'foreign',
  'resyncs',
  'p50/p99/max ms',
  'took',
])

/** A row of the table, and below it what was wrong or how the fault bit. */
export function formatResult({ row, name, seed, outcome, proof, problems, verdict, ms }: RowResult): string {
  const { p50 = 0, p99 = 0, max = 0 } = verdict?.stalenessMs ?? {}
  const counts = verdict
    ? [
        verdict.accepted,
        verdict.delivered,
        verdict.lost.length,
        verdict.repeated.length,
        verdict.reordered.length,
        verdict.foreign.length,
        verdict.resyncs,
        `${p50}/${p99}/${max}`,
      ]
    : Array.from({ length: 8 }, () => '')
  const cells = [`${MARKS[outcome]} ${row}`, name, seed, ...counts, `${(ms / 1_000).toFixed(1)} s`]
  const notes = problems.length > 0 ? problems : proof === undefined ? [] : [proof]
  return [line(cells), ...notes.map((note) => `      ${note.replaceAll('\n', '\n      ')}`)].join('\n')
}

/** Numbers for whoever compares runs. */
export function writeReport(file: string, report: { readonly results: readonly unknown[] }): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ finishedAt: new Date().toISOString(), ...report }, null, 2)}\n`)
}

/** A line per mutant, and below it what gave it away. */
export function formatMutant({ name, outcome, row, problems }: MutantResult): string {
  const mark = outcome === 'caught' ? '✓' : outcome === 'skipped' ? '-' : '✗'
  const by = row === undefined ? '' : ` by row ${row}`
  return [`${mark} ${name}: ${outcome}${by}`, ...problems.map((problem) => `      ${problem}`)].join('\n')
}

function line(cells: readonly (string | number)[]): string {
  const widths = [5, 24, 7, 9, 10, 6, 9, 6, 8, 8, 16, 8]
  return cells
    .map((cell, index) => String(cell).padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd()
}
