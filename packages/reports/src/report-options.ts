/** Last argument of every function that writes. */
export interface ReportOptions {
  /**
   * The attempt that the caller was given, which is what keeps a worker that has lost its job from writing into it. Give it
   * wherever it is known.
   *
   * @default the attempt that may write at the moment of the call
   */
  attempt?: number
}

/** For what goes to the readers directly, past the servers. */
export interface LiveOptions extends ReportOptions {
  /** Kind of work, for the message. @default what the attempt has begun with */
  operationType?: string
}

/**
 * What became of a live message. `fenced`: another attempt has the job now, or it has ended, so stop. `no_fence`: Redis does not
 * know the attempt (it was flushed, or nobody runs the job).
 */
export type LiveOutcome = 'published' | 'fenced' | 'no_fence'
