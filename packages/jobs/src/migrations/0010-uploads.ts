import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Files that users have sent, and the jobs that read them. */
export const uploads: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table uploads (
        upload_id uuid primary key,
        user_id text not null,
        name text not null,
        content_type text not null,
        storage_key text not null,
        size bigint,
        used_at timestamptz not null default now()
      )`.execute(db)
    await sql`create index uploads_by_user on uploads (user_id)`.execute(db)
    await sql`create index uploads_by_use on uploads (used_at)`.execute(db)
    await sql`
      create table job_uploads (
        job_id uuid not null references jobs (job_id) on delete cascade,
        upload_id uuid not null references uploads (upload_id),
        primary key (job_id, upload_id)
      )`.execute(db)
    await sql`create index job_uploads_by_upload on job_uploads (upload_id)`.execute(db)
  },
}
