import { Pool } from 'pg'

/** One line of what the operation itself says that it did. */
export interface StepRun {
  step: string
  attempt: number
  kind: 'begin' | 'end' | 'failed' | 'hold' | 'refused' | 'over'
  detail: string | null
}

/** The test's own record of what ran, in tables that the engine knows nothing of. */
export class StepRuns {
  readonly #pool: Pool

  static async open(databaseUrl: string): Promise<StepRuns> {
    const pool = new Pool({ connectionString: databaseUrl, max: 4 })
    // The database goes away at the end of a test, perhaps before its workers.
    pool.on('error', () => {})
    return new StepRuns(pool)
  }

  private constructor(pool: Pool) {
    this.#pool = pool
  }

  async createTables(): Promise<void> {
    await this.#pool.query(`
      create table step_runs (
        id bigserial primary key, job_id uuid not null, step text not null, attempt int not null,
        kind text not null, detail text);
      create index on step_runs (job_id);
      create table released_jobs (job_id uuid primary key)`)
  }

  async add(jobId: string, { step, attempt, kind, detail }: Omit<StepRun, 'detail'> & { detail?: string }) {
    await this.#pool.query(
      'insert into step_runs (job_id, step, attempt, kind, detail) values ($1, $2, $3, $4, $5)',
      [jobId, step, attempt, kind, detail ?? null],
    )
  }

  async of(jobId: string): Promise<StepRun[]> {
    const { rows } = await this.#pool.query<StepRun>(
      'select step, attempt, kind, detail from step_runs where job_id = $1 order by id',
      [jobId],
    )
    return rows
  }

  /** Lets jobs go on that wait in their first attempt. */
  async release(jobIds: readonly string[]): Promise<void> {
    await this.#pool.query('insert into released_jobs select unnest($1::uuid[]) on conflict do nothing', [
      jobIds,
    ])
  }

  async isReleased(jobId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query('select from released_jobs where job_id = $1', [jobId])
    return rowCount === 1
  }

  /** Advisory locks that somebody holds in this database. */
  countAdvisoryLocks(): Promise<number> {
    return this.#count("select from pg_locks where locktype = 'advisory' and granted and database = $1")
  }

  /** Connections to this database that wait for a lock. */
  countWaiting(): Promise<number> {
    return this.#count("select from pg_stat_activity where wait_event_type = 'Lock' and datid = $1")
  }

  async #count(query: string): Promise<number> {
    const { rows } = await this.#pool.query<{ oid: number }>(
      'select oid from pg_database where datname = current_database()',
    )
    const { rowCount } = await this.#pool.query(query, [rows[0]?.oid])
    return rowCount ?? 0
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
