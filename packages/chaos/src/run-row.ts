import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { check, type Verdict } from './checker.ts'
import { ChaosPostgres } from './cluster/chaos-postgres.ts'
import { Cluster, type ClusterOptions } from './cluster/cluster.ts'
import { InvalidRunError } from './errors.ts'
import { Random } from './random.ts'
import type { Row } from './row.ts'
import { Trial } from './trial.ts'

export interface RunOptions extends Pick<ClusterOptions, 'programs' | 'postgresUrl' | 'logDir'> {
  readonly seed: number
  /** Multiplies every time bound: for a machine that has other work too. @default 1 */
  readonly patience?: number
}

export interface RowResult {
  readonly row: number
  readonly name: string
  readonly seed: number
  /** `invalid`: the fault did not bite, so nothing is proven. Counts as a failure. */
  readonly outcome: 'green' | 'red' | 'invalid' | 'skipped'
  /** How it is known that the fault bit. */
  readonly proof?: string
  readonly problems: readonly string[]
  readonly verdict?: Verdict
  readonly ms: number
}

/** In this time whatever is sent once too often arrives, in milliseconds. */
const AFTERMATH_MS = 400

/** Runs a row once, on a cluster of its own, and checks the histories. */
export async function runRow(row: Row, options: RunOptions): Promise<RowResult> {
  const startedAt = performance.now()
  const { number, name } = row
  const finish = (result: Omit<RowResult, 'row' | 'name' | 'seed' | 'ms'>): RowResult => ({
    row: number,
    name,
    seed: options.seed,
    ...result,
    ms: Math.round(performance.now() - startedAt),
  })
  try {
    return finish(await onCluster(row, options, (trial) => judge(row, trial, options.logDir)))
  } catch (error) {
    return finish({
      outcome: error instanceof InvalidRunError ? 'invalid' : 'red',
      problems: [describe(error)],
    })
  }
}

async function onCluster<TResult>(
  row: Row,
  { programs, postgresUrl, logDir, seed, patience = 1 }: RunOptions,
  use: (trial: Trial) => Promise<TResult>,
): Promise<TResult> {
  const random = new Random(seed * 1_000 + row.number)
  const postgres = row.hasOwnPostgres ? await ChaosPostgres.start({ isDurable: true }) : undefined
  try {
    const url = postgres?.url ?? postgresUrl
    const cluster = await Cluster.start({
      programs,
      postgresUrl: url,
      logDir,
      random: random.next,
      ...row.cluster,
    })
    const trial = new Trial({ cluster, random, seed, patience, postgres })
    try {
      return await use(trial)
    } finally {
      await trial.stop()
      await cluster.stop()
    }
  } finally {
    await postgres?.stop()
  }
}

async function judge(
  row: Row,
  trial: Trial,
  logDir: string,
): Promise<Pick<RowResult, 'outcome' | 'problems' | 'verdict'> & { proof?: string }> {
  let proof: string | undefined
  let failure: unknown
  try {
    proof = await row.run(trial)
    await sleep(AFTERMATH_MS)
  } catch (error) {
    failure = error
  }
  await trial.stopLoad()
  const accepted = await trial.accepted()
  const { isOrderedByOutbox = true } = row
  const clients = trial.clients.filter(({ since }) => since < Infinity)
  const verdict = check(accepted, trial.history, clients, { isOrderedByOutbox })
  const problems = [...(failure === undefined ? [] : [describe(failure)]), ...problemsOf(row, verdict)]
  problems.push(
    ...trial.cluster.programs.filter(({ hasCrashed }) => hasCrashed).map(({ name }) => `${name} has crashed`),
  )
  if (problems.length > 0) keepHistory(trial, logDir)
  const outcome = failure instanceof InvalidRunError ? 'invalid' : problems.length > 0 ? 'red' : 'green'
  return { outcome, problems, verdict, ...(proof !== undefined && { proof }) }
}

/** Everything that the clients saw, for whoever looks for the reason. */
function keepHistory({ history }: Trial, logDir: string): void {
  const lines = history.toJSON().map((record) => JSON.stringify(record))
  writeFileSync(join(logDir, 'history.jsonl'), `${lines.join('\n')}\n`)
}

function problemsOf(row: Row, verdict: Verdict): string[] {
  const problems: string[] = []
  for (const kind of ['lost', 'repeated', 'reordered', 'foreign', 'unexpected'] as const) {
    const cases = verdict[kind]
    if (cases.length > 0) problems.push(`${cases.length} ${kind} (${cases.slice(0, 3).join('; ')})`)
  }
  if (row.resyncs === 'none' && verdict.resyncs > 0)
    problems.push(`${verdict.resyncs} resyncs where none is needed`)
  if (row.resyncs === 'needed' && verdict.resyncs === 0) problems.push('no resync where one is needed')
  return problems
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && error.name.endsWith('Error') ? error.message : (error.stack ?? error.message)
}
