import type { HandledReport } from './report-handler.ts'

/** What became of a report; a malformed one lies among the dead letters. */
export type ReportOutcome = HandledReport | 'malformed'

/** Is told what becomes of reports, for metrics: count, and do nothing else. */
export interface ReportObserver {
  /** Called once for each report, when it is settled. */
  onReport(outcome: ReportOutcome): void
}
