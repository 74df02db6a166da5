import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { sql } from 'kysely'
import { HttpError } from './http-error.ts'

/** A check that takes longer counts as failed: whoever asks does not wait for ever, and neither do users. */
const CHECK_TIMEOUT_MS = 2_000

export interface ReadinessOptions {
  db: JobEngine['db']
  redis: { ping(): Promise<unknown> }
  /** True while the server lets its clients go: no new ones should be sent to it. */
  isDraining: () => boolean
}

/** `GET /ready`: 200 while Redis and Postgres answer, else 503 with which of them does not. */
export function readiness({ db, redis, isDraining }: ReadinessOptions): RequestHandler {
  return async (_request, response) => {
    const [redisUp, postgresUp] = await Promise.all([
      isUp(() => redis.ping()),
      isUp(() => sql`select 1`.execute(db)),
    ])
    const down = [...(redisUp ? [] : ['Redis']), ...(postgresUp ? [] : ['Postgres'])]
    if (down.length > 0)
      throw new HttpError('unavailable', `Not ready: ${down.join(' and ')} can't be reached.`)
    if (isDraining()) throw new HttpError('unavailable', 'Not ready: the server is stopping.')
    response
      .set('Cache-Control', 'no-store')
      .json({ status: 'ready', checks: { redis: 'up', postgres: 'up' } })
  }
}

/** `GET /health`: the process answers. Says nothing of what it needs, since a restart would not mend that. */
export const liveness: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' })
}

async function isUp(check: () => Promise<unknown>): Promise<boolean> {
  const timer = Promise.withResolvers<false>()
  const timeout = setTimeout(timer.resolve, CHECK_TIMEOUT_MS, false)
  const answered = check().then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([answered, timer.promise])
  } finally {
    clearTimeout(timeout)
  }
}
