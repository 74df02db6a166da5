import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Jobs with their steps and artifacts, idempotency keys, operations, and the outbox. */
export const jobTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createJobs(db)
    await createPartsOfJobs(db)
    await createIdempotencyKeys(db)
    await createOperations(db)
    await createOutbox(db)
  },
}

async function createJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table jobs (
      job_id uuid primary key,
      user_id text not null,
      operation_type text not null,
      state text not null,
      version int not null,
      dispatch int not null default 0,
      attempt int not null default 0,
      input jsonb not null,
      result jsonb,
      error text,
      error_code text,
      retryable boolean,
      failures int not null default 0,
      priority int not null default 0,
      exclusive boolean not null default false,
      queued_reason text,
      not_before timestamptz,
      cancel_requested_at timestamptz,
      cancel_reason text,
      cancelled_by text,
      worker_id text,
      lease_until timestamptz,
      progress real not null default 0,
      progress_n int not null default 0,
      label text not null default '',
      text_end bigint not null default 0,
      text_sha256 text,
      text_key text,
      created_at timestamptz not null,
      started_at timestamptz,
      finished_at timestamptz,
      updated_at timestamptz not null default now()
    )`.execute(db)
  // A user's list, newest first.
  await sql`create index jobs_of_user on jobs (user_id, created_at desc, job_id desc)`.execute(db)
  // What the reconciler looks through: small, since most jobs have ended.
  await sql`create index jobs_in_queue on jobs (job_id) where state in ('created', 'queued')`.execute(db)
  await sql`create index jobs_by_lease on jobs (lease_until) where state = 'running'`.execute(db)
}

async function createPartsOfJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table job_steps (
      job_id uuid not null references jobs on delete cascade,
      name text not null,
      index int not null,
      status text not null,
      result jsonb,
      text_end bigint,
      duration_ms int,
      error text,
      attempt int not null,
      primary key (job_id, name)
    )`.execute(db)
  await sql`
    create table job_artifacts (
      artifact_id uuid primary key,
      job_id uuid not null references jobs on delete cascade,
      name text not null,
      content_type text not null,
      size bigint not null,
      storage_key text not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index job_artifacts_of_job on job_artifacts (job_id)`.execute(db)
}

async function createIdempotencyKeys(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_keys (
      user_id text not null,
      key text not null,
      body_sha256 text not null,
      job_id uuid not null,
      response jsonb not null,
      created_at timestamptz not null default now(),
      primary key (user_id, key)
    )`.execute(db)
  await sql`create index idempotency_keys_by_age on idempotency_keys (created_at)`.execute(db)
}

async function createOperations(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table operations (
      type text primary key,
      description text not null,
      input_schema jsonb not null,
      timeout_ms int not null,
      exclusive boolean not null,
      priority int not null,
      unavailable_reason text,
      seen_at timestamptz not null default now()
    )`.execute(db)
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id bigserial primary key,
      channel text not null,
      kind text not null,
      body text not null,
      created_at timestamptz not null default now(),
      published_at timestamptz,
      run_id text
    )`.execute(db)
  // Ids name publish-once marks in Redis. They start at the time in microseconds, which no load overtakes, so that a database
  // made anew beside a Redis that was kept doesn't find its messages already published.
  await sql`alter sequence outbox_id_seq restart with ${sql.lit(Date.now() * 1_000)}`.execute(db)
  // "Not on this Redis" is `run_id is null or < now's or > now's`: three ranges of these indexes.
  await sql`create index outbox_of_channel on outbox (channel, run_id)`.execute(db)
  await sql`create index outbox_by_run on outbox (run_id)`.execute(db)
  await sql`create index outbox_by_age on outbox (published_at)`.execute(db)
}
