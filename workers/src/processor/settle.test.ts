import { DatabaseAwayError, FencedError, type Attempt } from '@headway/jobs'
import { expect, it } from 'vitest'
import { testLogger } from '../../test/support/test-logger.ts'
import { settle } from './settle.ts'

const away = () => new DatabaseAwayError(new Error('connect ECONNREFUSED'))

/** How often the end is tried, where each try but the last of these fails so; and whether it was written. */
async function settleBehind(failures: Error[], signal = new AbortController().signal) {
  const seen = { tries: 0, isWritten: false }
  const complete = async () => {
    const failure = failures[seen.tries]
    seen.tries += 1
    if (failure) throw failure
    seen.isWritten = true
  }
  const outcome = { kind: 'complete', result: null } as const
  await settle({ complete } as unknown as Attempt, outcome, {
    signal,
    logger: testLogger,
    retryDelaysMs: [1, 1],
  })
  return seen
}

it('writes an end when Postgres is back, however long that takes (J77)', async () => {
  const failures = Array.from({ length: 20 }, away)
  expect(await settleBehind(failures)).toEqual({ tries: 21, isWritten: true })
})

it('waits no longer than a while for Postgres where the job was told to stop', async () => {
  const failures = Array.from({ length: 20 }, away)
  expect(await settleBehind(failures, AbortSignal.abort())).toEqual({ tries: 3, isWritten: false })
})

it('gives up an end that Postgres refuses again and again', async () => {
  const failures = Array.from({ length: 20 }, () => new Error('value too long'))
  expect(await settleBehind(failures)).toEqual({ tries: 3, isWritten: false })
})

it('says nothing more when the job is another attempt\u2019s by then', async () => {
  expect(await settleBehind([away(), new FencedError('job', 1)])).toEqual({ tries: 2, isWritten: false })
})
