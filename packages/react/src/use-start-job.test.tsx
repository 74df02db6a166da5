// @vitest-environment happy-dom
import { act, type ReactElement } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { useStartJob, type StartJob } from './index.ts'

let stage: Stage
let shown: StartJob[]

beforeEach(async () => {
  stage = new Stage()
  shown = []
  await stage.show(<Starter />)
  await stage.settle()
})

afterEach(() => stage.close())

function Starter(): ReactElement {
  const starting = useStartJob('rehearse')
  shown.push(starting)
  return <p>{starting.jobId}</p>
}

function newest(): StartJob {
  return shown.at(-1) as StartJob
}

async function start(...args: Parameters<StartJob['start']>): Promise<unknown> {
  let outcome: unknown
  await act(async () => {
    void newest()
      .start(...args)
      .then(
        (job) => (outcome = job),
        (error: unknown) => (outcome = error),
      )
  })
  expect(newest().isPending).toBe(true)
  await stage.settle()
  return outcome
}

it('starts a job and tells its id', async () => {
  expect(newest()).toMatchObject({ jobId: null, isPending: false, error: null })
  expect(await start({ steps: 3 })).toMatchObject({ jobId: 'started-1', input: { steps: 3 } })
  expect(newest()).toMatchObject({ jobId: 'started-1', isPending: false, error: null })
  act(() => newest().reset())
  expect(newest()).toMatchObject({ jobId: null, isPending: false, error: null })
})

it('tells why a start was refused, until the next one', async () => {
  stage.rest.failures = [404]
  expect(await start()).toMatchObject({ code: 'not_found' })
  expect(newest()).toMatchObject({ isPending: false, error: { code: 'not_found' } })
  await start()
  expect(newest()).toMatchObject({ jobId: 'started-1', error: null })
})

it('uses the same key for a repetition of what was not answered, else a new one', async () => {
  stage.rest.answersLost = 1
  await start({ steps: 3 })
  await start({ steps: 3 })
  await start({ steps: 3 })
  await start({ steps: 4 }, { idempotencyKey: 'mine' })
  const [lost, again, next, own] = stage.rest.idempotencyKeys
  expect(lost).toMatch(/^[\w.-]{10,64}$/)
  expect(again).toBe(lost)
  expect(next).not.toBe(lost)
  expect(own).toBe('mine')
})

it('keeps the key of what was not answered while other jobs are started', async () => {
  stage.rest.answersLost = 1
  await start({ steps: 3 })
  await start({ steps: 4 })
  await start({ steps: 3 })
  const [lost, other, again] = stage.rest.idempotencyKeys
  expect(again).toBe(lost)
  expect(other).not.toBe(lost)
})

it('uses a key that was given for that one start', async () => {
  stage.rest.answersLost = 1
  await start({ steps: 3 }, { idempotencyKey: 'mine' })
  await start({ steps: 3 })
  const [given, own] = stage.rest.idempotencyKeys
  expect(given).toBe('mine')
  expect(own).not.toBe('mine')
})

it('shows the newest of two starts, and none from before a reset', async () => {
  stage.rest.latencyMs = 50
  await act(async () => void newest().start({ steps: 1 }))
  stage.rest.latencyMs = 1
  await start({ steps: 2 })
  expect(newest().jobId).toBe('started-2')
  await act(async () => void newest().start({ steps: 3 }))
  act(() => newest().reset())
  await stage.settle()
  expect(newest()).toMatchObject({ jobId: null, isPending: false })
})

it('keeps its object while nothing happens', async () => {
  const before = newest()
  await stage.show(<Starter />)
  expect(newest()).toBe(before)
})
