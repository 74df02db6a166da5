// @vitest-environment happy-dom
import type { JobSnapshot } from '@headway/client/jobs'
import type { ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { RealtimeProvider, useJobProgressMultiple } from './index.ts'

let stage: Stage
let shown: (readonly JobSnapshot[])[]

beforeEach(() => {
  stage = new Stage()
  shown = []
})

afterEach(() => stage.close())

function Jobs({ ids }: { ids: readonly string[] }): ReactElement {
  const jobs = useJobProgressMultiple(ids)
  shown.push(jobs)
  return <p>{jobs.map(({ jobId, state, progress }) => `${jobId} ${state} ${progress} `)}</p>
}

it('follows what is in the list, and leaves what is not', async () => {
  for (const jobId of ['a', 'b', 'c']) stage.server.addJob(jobId)
  const page = await stage.show(<Jobs ids={['b', 'a']} />)
  expect(shown[0]?.every(({ isLoading }) => isLoading)).toBe(true)
  await stage.settle()
  expect(page.textContent).toBe('b created 0 a created 0 ')
  await stage.show(<Jobs ids={['a', 'c']} />)
  await stage.settle(2_000)
  expect(page.textContent).toBe('a created 0 c created 0 ')
  expect(
    stage.server.requests.filter(({ name }) => name.endsWith('subscribe:job')).map(({ args }) => args[0]),
  ).toEqual(['b', 'a', 'c', 'b'])
})

it('renders once for all that changes in a frame, and keeps what does not', async () => {
  for (const jobId of ['a', 'b']) stage.server.addJob(jobId)
  await stage.show(<Jobs ids={['a', 'b']} />)
  await stage.settle()
  const before = shown.at(-1)
  await stage.show(<Jobs ids={['a', 'b']} />)
  expect(shown.at(-1)).toBe(before)
  stage.run('a')
  await stage.settle()
  expect(shown.at(-1)?.[1]).toBe(before?.[1])
  shown = []
  stage.run('b')
  for (let n = 1; n <= 500; n++) {
    stage.server.progress('a', n / 5)
    stage.server.progress('b', n / 5)
  }
  await stage.settle()
  // StrictMode renders twice what it commits once.
  expect(shown).toHaveLength(2)
  expect(shown[0]?.map(({ state, progress }) => `${state} ${progress}`)).toEqual([
    'running 100',
    'running 100',
  ])
})

it('follows more jobs than are kept unfollowed, and goes on when the list is empty', async () => {
  const ids = Array.from({ length: 150 }, (_, n) => `job-${n}`)
  for (const jobId of ids) stage.server.addJob(jobId)
  const page = await stage.show(<Jobs ids={ids} />)
  await stage.settle()
  for (const jobId of ids) stage.server.change(jobId, 'completed', 'JOB_COMPLETED')
  await stage.settle()
  expect(shown.at(-1)?.filter(({ state }) => state === 'completed')).toHaveLength(150)
  await stage.show(<Jobs ids={[]} />)
  expect(page.textContent).toBe('')
})

it('renders on a server as before anything is known', () => {
  const html = renderToString(
    <RealtimeProvider client={stage.client}>
      <Jobs ids={['a']} />
    </RealtimeProvider>,
  )
  expect(html).toContain('a undefined 0')
})
