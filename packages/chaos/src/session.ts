import { join } from 'node:path'
import type { ChaosArguments } from './arguments.ts'
import { runMarathon } from './marathon/run-marathon.ts'
import { runMutants } from './mutants/run-mutants.ts'
import { formatMutant, formatResult, HEADINGS, writeReport } from './report.ts'
import type { Row } from './row.ts'
import type { RowResult } from './run-row.ts'
import { runRows } from './run-rows.ts'

export interface SessionParts {
  readonly args: ChaosArguments
  readonly postgresUrl: string
  readonly hasRedisServer: boolean
  /** Where the results go. */
  readonly folder: string
  readonly say: (text: string) => void
}

/** Every row for every seed, again with new seeds while there is time. Answers how many failed. */
export async function rehearseRows(rows: readonly Row[], parts: SessionParts): Promise<number> {
  const { args, say, folder } = parts
  const deadline = performance.now() + args.minutes * 60_000
  const results: RowResult[] = []
  let seeds = args.seeds
  say(`seeds ${seeds.join(', ')}\n\n${HEADINGS}`)
  do {
    const onResult = (result: RowResult) => say(formatResult(result))
    results.push(...(await runRows(rows, { ...runOptions(parts), seeds, onResult })))
    seeds = seeds.map((seed) => seed + seeds.length)
  } while (performance.now() < deadline)
  const file = join(folder, 'chaos.json')
  writeReport(file, { results })
  const failed = results.filter(({ outcome }) => outcome === 'red' || outcome === 'invalid').length
  const skipped = results.filter(({ outcome }) => outcome === 'skipped').length
  say(`\n${results.length - failed - skipped} green, ${failed} failed, ${skipped} skipped; see ${file}`)
  return failed
}

/** The test of the tests. Answers how many faults nobody saw. */
export async function rehearseMutants(parts: SessionParts): Promise<number> {
  const { args, say, folder } = parts
  say(`seeds ${args.seeds.join(', ')}\n`)
  const results = await runMutants({
    ...runOptions(parts),
    seeds: args.seeds,
    onResult: (result) => say(formatMutant(result)),
  })
  const file = join(folder, 'chaos-mutants.json')
  writeReport(file, { results })
  const survived = results.filter(({ outcome }) => outcome === 'survived').length
  say(
    `\n${results.filter(({ outcome }) => outcome === 'caught').length} caught, ${survived} survived; see ${file}`,
  )
  return survived
}

/** The long run. Answers 0 if nothing was lost, repeated or out of order. */
export async function runLongDistance(parts: SessionParts): Promise<number> {
  const { args, say, folder } = parts
  const [seed = 1] = args.seeds
  say(`seed ${seed}`)
  const result = await runMarathon({
    ...runOptions(parts),
    seed,
    onProgress: say,
    ...(args.events !== undefined && {
      events: args.events,
      disconnects: Math.ceil(args.events / EVENTS_PER_DISCONNECT),
    }),
  })
  const file = join(folder, 'chaos-marathon.json')
  writeReport(file, { results: [result] })
  const { accepted, clients, delivered, disconnects, lost, repeated, reordered, resyncs, seconds } = result
  say(
    `${result.isGreen ? '✓' : '✗'} ${accepted} events to ${clients} clients in ${seconds} s, ${disconnects} forced disconnects`,
  )
  say(
    `  delivered ${delivered}, lost ${lost}, repeated ${repeated}, out of order ${reordered}, resyncs ${resyncs}`,
  )
  return result.isGreen ? 0 : 1
}

/** The full distance is a million events and twenty thousand disconnects. */
const EVENTS_PER_DISCONNECT = 50

function runOptions({ args, postgresUrl, hasRedisServer, folder }: SessionParts) {
  const { programs, patience } = args
  return { programs, patience, postgresUrl, hasRedisServer, logDir: join(folder, 'chaos') }
}
