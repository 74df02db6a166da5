import { DatabaseAwayError, DatabaseTimeoutError, FencedError } from '@headway/jobs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { BrowserBusyError, BrowserCrashedError } from '../browser/errors.ts'
import { FinalError, RetryableError } from '../errors.ts'
import type { AbortKind } from './abort-reason.ts'
import { decideOutcome, type RunEnd, type RunFacts } from './decide-outcome.ts'

const returned: RunEnd = { kind: 'returned', result: { ok: true } }
const threw = (error: unknown): RunEnd => ({ kind: 'threw', error })
const ignored: RunEnd = { kind: 'ignored' }
const asked: RunEnd = { kind: 'asked', question: { name: 'q', prompt: 'Q?', schema: {}, expiresInMs: 1 } }

function decide(end: RunEnd, facts: Partial<RunFacts> = {}) {
  return decideOutcome({
    end,
    abortKind: undefined,
    failures: 0,
    maxFailures: 3,
    timeoutMs: 1000,
    random: 1,
    ...facts,
  })
}

describe('decideOutcome', () => {
  const table: [AbortKind | undefined, RunEnd, string][] = [
    [undefined, returned, 'complete'],
    [undefined, threw(new Error('no')), 'requeue'],
    ['cancelled', returned, 'cancel'],
    ['cancelled', threw(new Error('stop')), 'cancel'],
    ['cancelled', ignored, 'cancel'],
    ['timeout', returned, 'fail'],
    ['timeout', threw(new Error('stop')), 'fail'],
    ['timeout', ignored, 'fail'],
    ['stopping', returned, 'complete'],
    ['stopping', threw(new Error('stop')), 'requeue'],
    ['stopping', ignored, 'requeue'],
    ['preempted', returned, 'complete'],
    ['preempted', threw(new Error('stop')), 'requeue'],
    ['preempted', ignored, 'requeue'],
    ['lost', returned, 'leave'],
    ['lost', threw(new Error('stop')), 'leave'],
    ['lost', ignored, 'leave'],
    ['reported', threw(new Error('stop')), 'leave'],
    ['asked', asked, 'park'],
    ['browser-lost', returned, 'complete'],
    ['browser-lost', threw(new BrowserCrashedError('gone')), 'requeue'],
  ]

  it.each(table)('%s, then %o: %s', (abortKind, end, kind) => {
    expect(decide(end, { abortKind }).kind).toBe(kind)
  })

  it('says nothing for an attempt that has lost its job', () => {
    expect(decide(threw(new FencedError('job', 1)))).toEqual({ kind: 'leave' })
  })

  it('says plainly what of a value an operation could not parse', () => {
    const { error } = z.object({ total: z.int({ error: 'must be a sum' }) }).safeParse({})
    expect(decide(threw(error), { failures: 2 })).toMatchObject({
      kind: 'fail',
      failure: { error: 'A value is not valid: #/total must be a sum.' },
    })
  })

  it('counts no failure for a job that has only waited for a browser', () => {
    expect(decide(threw(new BrowserBusyError('none is free')), { failures: 2 })).toMatchObject({
      kind: 'requeue',
      reason: 'busy',
      failure: false,
    })
  })

  it('counts no failure for an operation that could not go on without Postgres', () => {
    const away = new DatabaseAwayError(new Error('connect ECONNREFUSED'))
    const wrapped = new Error('The rows could not be stored.', { cause: away })
    for (const error of [away, wrapped, new DatabaseTimeoutError(1)]) {
      expect(decide(threw(error), { failures: 2 })).toMatchObject({
        kind: 'requeue',
        reason: 'worker-lost',
        failure: false,
      })
    }
    const known = new FinalError('The rows are no use.', { cause: away })
    expect(decide(threw(known))).toMatchObject({ kind: 'fail', failure: { error: 'The rows are no use.' } })
  })

  it('counts one for a service of its own that is away', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    expect(decide(threw(refused))).toMatchObject({ kind: 'requeue', reason: 'retry', failure: true })
  })

  it('tells a job whose browser crashes every time so', () => {
    const failure = { code: 'browser_crashed', retryable: true }
    const end = threw(new BrowserCrashedError('gone'))
    expect(decide(end, { abortKind: 'browser-lost', failures: 2 })).toMatchObject({ kind: 'fail', failure })
  })

  it('tries again until the failures are used up, and then says that a resume may help', () => {
    const end = threw(new Error('the page was slow'))
    expect(decide(end, { failures: 0 })).toMatchObject({
      kind: 'requeue',
      reason: 'retry',
      failure: true,
      delayMs: 1000,
    })
    expect(decide(end, { failures: 1 })).toMatchObject({ kind: 'requeue', delayMs: 2000 })
    expect(decide(end, { failures: 2 })).toEqual({
      kind: 'fail',
      failure: { error: 'the page was slow', code: 'operation_failed', retryable: true },
    })
  })

  it.each(['a\0b', 'two words', '', 'x'.repeat(65), 404])(
    'names no failure by %j, which is no code, and says so',
    (code) => {
      const end = threw(new FinalError('The page is gone.', { code: code as string }))
      const outcome = decide(end)
      if (outcome.kind !== 'fail') throw new Error(`It is to ${outcome.kind}.`)
      expect(outcome.failure).toMatchObject({ code: 'operation_failed', retryable: false })
      expect(outcome.failure.error).toMatch(
        /^The page is gone\. \(Its code was .*; a code is 1 to 64 letters/,
      )
      expect(outcome.failure.error).not.toContain('\0')
    },
  )

  it('waits as long as the operation asks for', () => {
    const end = threw(new RetryableError('busy', { retryAfterMs: 30_000, code: 'rate_limited' }))
    expect(decide(end)).toMatchObject({ kind: 'requeue', delayMs: 30_000 })
  })

  it.each([Infinity, 1e300, Number.NaN, -5])(
    'waits a time that can be kept when it asks for %d ms',
    (asked) => {
      const outcome = decide(threw(new RetryableError('busy', { retryAfterMs: asked })))
      if (outcome.kind !== 'requeue') throw new Error(`It is to ${outcome.kind}.`)
      expect(outcome.delayMs).toBeGreaterThan(0)
      expect(new Date(Date.now() + outcome.delayMs).getFullYear()).toBeLessThan(9999)
    },
  )

  it('does not repeat what is marked as final', () => {
    expect(decide(threw(new FinalError('no such page', { code: 'not_found' })))).toEqual({
      kind: 'fail',
      failure: { error: 'no such page', code: 'not_found', retryable: false },
    })
  })

  it('counts no failure when the worker stops', () => {
    expect(decide(ignored, { abortKind: 'stopping' })).toMatchObject({
      reason: 'worker-lost',
      failure: false,
      delayMs: 0,
    })
  })

  it('counts no failure when a job gives way', () => {
    expect(decide(ignored, { abortKind: 'preempted', failures: 2 })).toMatchObject({
      reason: 'preempted',
      failure: false,
    })
  })

  it.each([Object.create(null), Object.assign(new Error(), { message: Object.create(null) })])(
    'has words for an error that has none itself',
    (thrown) => {
      const failure = { error: 'The operation threw something without words.', code: 'operation_failed' }
      expect(decide(threw(thrown), { failures: 2 })).toMatchObject({ kind: 'fail', failure })
    },
  )

  it.each([() => 1, Symbol('one')])('fails a job whose result JSON has no form of: %s', (result) => {
    const failure = { error: expect.stringContaining("The operation's result is not JSON"), retryable: false }
    expect(decide({ kind: 'returned', result })).toMatchObject({ kind: 'fail', failure })
  })

  it('fails a job whose result is not JSON', () => {
    expect(decide({ kind: 'returned', result: { id: 1n } })).toMatchObject({
      kind: 'fail',
      failure: { retryable: false },
    })
  })

  it('keeps codes of Node out of the job', () => {
    const end = threw(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    expect(decide(end, { failures: 2 })).toMatchObject({ failure: { code: 'operation_failed' } })
  })
})
