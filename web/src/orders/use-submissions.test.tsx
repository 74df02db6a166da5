// @vitest-environment happy-dom
import { createClient, type HeadwayClient } from '@headway/client'
import { RealtimeProvider } from '@headway/react'
import { startFakeHeadway, type FakeHeadway } from '@headway/test-kit/client'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { isActive, useSubmissions } from './use-submissions.ts'

// The sockets are real: a busy machine may take longer for them than the five seconds that a test has by default.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

let headway: FakeHeadway
let client: HeadwayClient
let root: Root

beforeEach(async () => {
  headway = await startFakeHeadway({ operations: [{ type: 'submit-order' }] })
  client = createClient({ url: headway.url, getToken: () => headway.tokenFor('ada') })
  document.body.innerHTML = '<div id="root"></div>'
  root = createRoot(document.querySelector('#root')!)
})
afterEach(async () => {
  root.unmount()
  client.destroy()
  await headway.close()
})

function Orders() {
  const jobs = [...useSubmissions().values()]
  return <output>{jobs.filter(isActive).length}</output>
}

async function submit(orderId: string): Promise<void> {
  const token = headway.tokenFor('ada')
  const response = await fetch(`${headway.url}/api/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'submit-order', orderId }),
  })
  expect(response.status).toBe(201)
}

it('knows the jobs of all orders that are on their way, however many were started elsewhere', async () => {
  for (let order = 0; order < 230; order += 1) await submit(`order-${order}`)
  root.render(
    <RealtimeProvider client={client}>
      <Orders />
    </RealtimeProvider>,
  )
  await expect.poll(() => document.querySelector('output')?.textContent, { timeout: 30_000 }).toBe('230')
})
