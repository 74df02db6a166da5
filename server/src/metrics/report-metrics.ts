import type { ReportObserver, ReportOutcome } from '@headway/jobs'
import type { Registry } from 'prom-client'
import { counter } from './metric.ts'

const OUTCOMES: readonly ReportOutcome[] = ['handled', 'repeated', 'refused', 'malformed']

/** Counts what becomes of the reports of workers. Hand it to `openJobs({ reportObserver })`. */
export function createReportMetrics(registry: Registry): ReportObserver {
  const reports = counter(registry, {
    name: 'headway_reports_total',
    help: 'Reports of workers that are not ours which this instance has read, by what became of them.',
    labelNames: ['outcome'],
  })
  for (const outcome of OUTCOMES) reports.inc({ outcome }, 0)
  return { onReport: (outcome) => reports.inc({ outcome }) }
}
