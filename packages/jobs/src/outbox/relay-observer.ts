import type { PublishRefusal } from '@headway/event-log'

/** Is told what a relay does, for metrics. */
export interface RelayObserver {
  /**
   * A row was published for the first time, `waitedMs` after the transaction that wrote it had begun. Measured by the
   * clock of Postgres, so that the clocks of other processes don't matter.
   */
  onPublished(kind: 'message' | 'dispatch', waitedMs: number): void
  /** The queue did not take a turn; a message that the log did not take is told to the log's own observer. */
  onDispatchRefused(refusal: PublishRefusal): void
}
