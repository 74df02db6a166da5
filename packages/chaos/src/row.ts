import type { ClusterOptions } from './cluster/cluster.ts'
import type { Trial } from './trial.ts'

/** One fault, and what must hold under it. */
export interface Row {
  readonly number: number
  /** Kebab-case, as in the name of its file. */
  readonly name: string
  /** What must hold, in one sentence. */
  readonly promise: string
  /** It restarts, replicates or freezes a Redis with its data, which the built-in one can't do. */
  readonly needsRedisServer: boolean
  /**
   * `none`: even one fails the row, since a resync could hide a loss. `needed`: the log can't tell what was missed, and
   * not saying so fails the row. `allowed`: either is honest.
   */
  readonly resyncs: 'none' | 'needed' | 'allowed'
  readonly cluster?: Pick<ClusterOptions, 'servers' | 'workers' | 'env'>
  /** It restarts Postgres, and so has one of its own. @default false */
  readonly hasOwnPostgres?: boolean
  /** @default true */
  readonly isOrderedByOutbox?: boolean
  /**
   * Does it, waits until all is accounted for, and answers how it knows that the fault bit.
   *
   * @throws BrokenPromiseError, InvalidRunError
   */
  run(trial: Trial): Promise<string>
}
