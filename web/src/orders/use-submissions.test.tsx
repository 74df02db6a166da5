// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act } from 'react'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Stage } from '../../../packages/react/test/stage.tsx'
import { isActive, useSubmissions, useSubmitOrders } from './use-submissions.ts'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

function Orders() {
  const jobs = [...useSubmissions().values()]
  return <output>{jobs.filter(isActive).length}</output>
}

function submitElsewhere(count: number): void {
  for (let order = 0; order < count; order += 1) {
    const { view } = stage.server.addJob(`job-${order}`)
    Object.assign(view, { operationType: 'submit-order', input: { orderId: `order-${order}` } })
  }
}

it('knows the jobs of all orders that are on their way, however many were started elsewhere', async () => {
  submitElsewhere(230)
  const page = await stage.show(<Orders />)
  await stage.settle()
  expect(page.textContent).toBe('230')
})

it('asks for no older ones where the last that it knows has ended', async () => {
  submitElsewhere(230)
  for (const { view } of stage.server.jobs.values()) view.state = 'completed'
  await stage.show(<Orders />)
  await stage.settle()
  expect(stage.rest.calls.filter((call) => call.includes('cursor='))).toEqual([])
})

it('does not ask again and again for what can not be had', async () => {
  submitElsewhere(230)
  stage.rest.failures = Array.from({ length: 50 }, () => 503)
  await stage.show(<Orders />)
  await stage.settle()
  expect(stage.rest.failures.length).toBeGreaterThan(40)
})

const orderIds = Array.from({ length: 4 }, (_, order) => `order-${order}`)
const starts = () => stage.rest.calls.filter((call) => call === 'POST /api/jobs').length

function SubmitAll() {
  const { mutate, status, error } = useSubmitOrders()
  return (
    <button type="button" onClick={() => mutate(orderIds)}>
      {error?.message ?? status}
    </button>
  )
}

async function submitAll(): Promise<HTMLElement> {
  const page = await stage.show(
    <QueryClientProvider client={new QueryClient()}>
      <SubmitAll />
    </QueryClientProvider>,
  )
  act(() => page.querySelector('button')!.click())
  return page
}

it('submits what is more than a minute allows as soon as the server says', async () => {
  stage.rest.failures = [429, 429]
  stage.rest.retryAfterSeconds = 30
  const page = await submitAll()
  await stage.settle(29_000)
  expect([page.textContent, starts()]).toEqual(['pending', 1])
  await stage.settle(32_000)
  expect([page.textContent, starts()]).toEqual(['success', 6])
  expect(stage.rest.idempotencyKeys).toHaveLength(4)
})

it('submits none behind one that is refused for another reason', async () => {
  stage.rest.failures = [400]
  const page = await submitAll()
  await stage.settle(60_000)
  expect([page.textContent, starts()]).toEqual(['failed: bad_request', 1])
})
