// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Stage } from '../../../packages/react/test/stage.tsx'
import { isActive, useSubmissions } from './use-submissions.ts'

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
