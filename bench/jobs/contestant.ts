/** Where a contestant keeps its jobs. */
export interface Surroundings {
  readonly redisUrl: string
  /** Of a role that may create databases. */
  readonly postgresUrl: string
  /** Jobs that are worked on at the same time. */
  readonly concurrency: number
}

/** A contestant that takes jobs. */
export interface Contest {
  /** Has one job done that does nothing; resolves when whoever asked for it has heard of its end. */
  runJob(): Promise<void>
  stop(): Promise<void>
}

/** One way to have jobs done, with its workers in a process of their own. */
export interface Contestant {
  start(surroundings: Surroundings): Promise<Contest>
}
