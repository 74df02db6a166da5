import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableJson } from '../database/storable.ts'

/** How long an answer is repeated. */
const KEPT_HOURS = 24

/** A request that names itself, so that sending it again does nothing twice. */
export interface IdempotentRequest {
  userId: string
  /** Chosen by the client; unique among the user's of the last 24 hours. */
  key: string
  /** SHA-256 of the body: the same key with another body is a mistake of the client. */
  bodySha256: string
}

export type KeyClaim =
  | { outcome: 'claimed' }
  | { outcome: 'repeated'; response: object }
  | { outcome: 'mismatch' }

/**
 * Takes the key for the job that the request is about to make, or finds the answer that the first such request got. One
 * that comes while the first is at work waits here until that has committed, or takes its place if it has rolled back.
 * Whoever has claimed the key calls {@link keepAnswer} in the same transaction.
 */
export async function claimKey(
  trx: Transaction<Database>,
  { userId, key, bodySha256 }: IdempotentRequest,
  jobId: string,
): Promise<KeyClaim> {
  const claimed = await trx
    .insertInto('idempotency_keys')
    .values({ user_id: userId, key, body_sha256: bodySha256, job_id: jobId, response: '{}' })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'key'])
        .doUpdateSet((eb) => ({
          body_sha256: eb.ref('excluded.body_sha256'),
          job_id: eb.ref('excluded.job_id'),
          response: eb.ref('excluded.response'),
          created_at: sql<Date>`now()`,
        }))
        .where(isExpired('idempotency_keys.created_at')),
    )
    .returning('job_id')
    .executeTakeFirst()
  if (claimed !== undefined) return { outcome: 'claimed' }

  const first = await findAnswer(trx, { userId, key, bodySha256 })
  if (first === undefined) throw new Error('An idempotency key vanished while its request was repeated.')
  return first
}

/** What the first request with this key was answered, or undefined where there was none in the last 24 hours. */
export async function findAnswer(
  db: Kysely<Database>,
  { userId, key, bodySha256 }: IdempotentRequest,
): Promise<Exclude<KeyClaim, { outcome: 'claimed' }> | undefined> {
  const first = await db
    .selectFrom('idempotency_keys')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .where((eb) => eb.not(isExpired('created_at')))
    .select(['body_sha256', 'response'])
    .executeTakeFirst()
  if (first === undefined) return undefined
  if (first.body_sha256 !== bodySha256) return { outcome: 'mismatch' }
  return { outcome: 'repeated', response: first.response }
}

/** Keeps the answer for those who repeat the request. */
export async function keepAnswer(
  trx: Transaction<Database>,
  { userId, key }: IdempotentRequest,
  response: object,
): Promise<void> {
  await trx
    .updateTable('idempotency_keys')
    .set({ response: storableJson(response) })
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .execute()
}

/** Forgets keys whose time is over, up to so many; returns how many there were. One that is just being taken anew is left alone. */
export async function deleteExpiredKeys(db: Kysely<Database>, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_keys')
    .using((from) =>
      from
        .selectFrom('idempotency_keys as expired')
        .where(isExpired('expired.created_at'))
        .select(['expired.user_id', 'expired.key'])
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .as('expired'),
    )
    .whereRef('idempotency_keys.user_id', '=', 'expired.user_id')
    .whereRef('idempotency_keys.key', '=', 'expired.key')
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

function isExpired(column: string) {
  return sql<boolean>`${sql.ref(column)} <= now() - make_interval(hours => ${KEPT_HOURS})`
}
