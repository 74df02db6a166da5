/** What the guardian of a service is told on its command line. */
export interface GuardedProgram {
  /** For messages and logs: `Postgres`, `Redis`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Whom the program runs as, where that is not the owner. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
  /** Sent one after the other, each given its time to work; SIGKILL follows the last. */
  readonly stopSignals: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[]
  /** Receives all that the program prints. */
  readonly logFile: string
  /** Where the guardian notes who runs, for the next start. */
  readonly recordFile: string
}

/**
 * Owner → guardian. `outlive` names the processes that need the service until they are gone. A forced `stop` sends the
 * last of the signals at once.
 */
export type GuardianCommand =
  | { readonly type: 'outlive'; readonly pids: readonly number[] }
  | { readonly type: 'stop'; readonly isForced: boolean }

/** Guardian → owner. */
export type GuardianReport =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
