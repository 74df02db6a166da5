import { countUnfinishedJobs, readOutboxBacklog, type JobEngine } from '@headway/jobs'
import type { Gauge, Registry } from 'prom-client'
import type { SnapshotReads } from '../snapshot-reads.ts'
import { counter, gauge } from './metric.ts'
import { sharedQuestion } from './shared-question.ts'

/** A scrape does not wait longer for Postgres and Redis. */
const ANSWER_TIMEOUT_MS = 2_000

export interface DeploymentMetricsParts {
  engine: Pick<JobEngine, 'db' | 'queue' | 'reports'>
  snapshotReads: SnapshotReads
}

/**
 * What is asked when somebody scrapes: the outbox, the queue, the jobs that have not ended. The same for all instances. A
 * question without an answer leaves its metrics out and is counted; the others are there all the same.
 */
export function observeDeployment(
  registry: Registry,
  { engine, snapshotReads }: DeploymentMetricsParts,
): void {
  const failures = counter(registry, {
    name: 'headway_scrape_failures_total',
    help: 'Questions of a scrape that Postgres or Redis did not answer.',
    labelNames: ['source'],
  })
  for (const source of ['postgres', 'redis']) failures.inc({ source }, 0)

  /** A gauge that is filled from the answer, or left out. */
  const asked = <TAnswer, TLabel extends string = never>(
    source: 'postgres' | 'redis',
    question: () => Promise<TAnswer>,
    config: { name: string; help: string; labelNames?: TLabel[] },
    fill: (gauge: Gauge<TLabel>, answer: TAnswer) => void,
  ) =>
    gauge(registry, {
      ...config,
      async collect() {
        try {
          fill(this, await question())
        } catch {
          failures.inc({ source })
          leaveOut(this, config.labelNames !== undefined)
        }
      },
    })

  const backlog = sharedQuestion(() => readOutboxBacklog(engine.db), ANSWER_TIMEOUT_MS)
  asked(
    'postgres',
    backlog,
    { name: 'headway_outbox_rows', help: 'Messages and turns that no Redis has taken yet.' },
    (rows, answer) => rows.set(answer.rows),
  )
  asked(
    'postgres',
    backlog,
    { name: 'headway_outbox_oldest_age_seconds', help: 'Age of the oldest row that no Redis has taken yet.' },
    (age, answer) => age.set(answer.oldestAgeMs / 1_000),
  )
  asked(
    'postgres',
    sharedQuestion(() => countUnfinishedJobs(engine.db), ANSWER_TIMEOUT_MS),
    { name: 'headway_jobs', help: 'Jobs that have not ended, by state.', labelNames: ['state'] },
    (jobs, answer) => {
      for (const [state, count] of Object.entries(answer)) jobs.set({ state }, count)
    },
  )
  asked(
    'redis',
    sharedQuestion(() => engine.queue.depth(), ANSWER_TIMEOUT_MS),
    {
      name: 'headway_queue_entries',
      help: 'Turns in the queue, by what they wait for.',
      labelNames: ['state'],
    },
    (entries, answer) => {
      for (const [state, count] of Object.entries(answer)) entries.set({ state }, count)
    },
  )
  const reports = sharedQuestion(() => engine.reports.backlog(), ANSWER_TIMEOUT_MS)
  asked(
    'redis',
    reports,
    { name: 'headway_reports_waiting', help: 'Reports of workers that no server has handled yet.' },
    (waiting, answer) => waiting.set(answer.waiting),
  )
  asked(
    'redis',
    reports,
    { name: 'headway_reports_dead', help: 'Reports of workers that could not be read, and are kept aside.' },
    (dead, answer) => dead.set(answer.dead),
  )
  gauge(registry, {
    name: 'headway_snapshot_reads_waiting',
    help: 'Snapshot reads of this instance that wait for their turn.',
    collect() {
      this.set(snapshotReads.waiting)
    },
  })
  counter(registry, {
    name: 'headway_snapshot_reads_refused_total',
    help: 'Snapshot reads of this instance that were told to come again.',
    collect() {
      this.reset()
      this.inc(snapshotReads.refused)
    },
  })
}

/** No value is better than an old one. */
function leaveOut<TLabel extends string>(metric: Gauge<TLabel>, hasLabels: boolean): void {
  if (hasLabels) metric.reset()
  else metric.remove()
}
