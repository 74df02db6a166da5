import { sql, type Kysely } from 'kysely'
import type { Database } from '@headway/jobs'
import type { AcceptedMessage } from './checker.ts'
import { messageIdOf } from './chaos-message.ts'

/**
 * Has Postgres itself keep a copy of every outbox row in the transaction that wrote it: the truth about what was
 * accepted, also of rows that the relay has forgotten since.
 */
export async function keepAccepted(db: Kysely<Database>): Promise<void> {
  await sql`create table chaos_accepted (id bigint primary key, channel text not null, body text not null)`.execute(
    db,
  )
  await sql`create function chaos_keep() returns trigger language plpgsql as $$
    begin
      insert into chaos_accepted values (new.id, new.channel, new.body);
      return new;
    end $$`.execute(db)
  await sql`create trigger chaos_keep after insert on outbox for each row when (new.kind = 'message')
    execute function chaos_keep()`.execute(db)
}

/** Everything that was accepted, in the order of the outbox. */
export async function readAccepted(
  db: Kysely<Database>,
  acceptedAt: (messageId: string) => number | undefined,
): Promise<AcceptedMessage[]> {
  const { rows } = await sql<{ id: number; channel: string; body: string }>`
    select id, channel, body from chaos_accepted order by id`.execute(db)
  return rows.flatMap(({ id, channel, body }) => {
    const messageId = messageIdOf(JSON.parse(body))
    return messageId === undefined
      ? []
      : [{ messageId, channel, order: id, acceptedAt: acceptedAt(messageId) }]
  })
}

/** Rows that no Redis has got yet. */
export async function countUnsent(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as count from outbox where published_at is null`.execute(db)
  return rows[0]?.count ?? 0
}
