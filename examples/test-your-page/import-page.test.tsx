// @vitest-environment happy-dom
import { createClient } from '@headway/client'
import { RealtimeProvider } from '@headway/react'
import { startFakeHeadway, type FakeHeadway } from '@headway/test-kit/client'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ImportPage } from './import-page.tsx'

// The sockets are real: a busy machine may take longer for them than the five seconds that a test has by default.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let headway: FakeHeadway
let client: ReturnType<typeof createClient>
let root: Root

beforeEach(async () => {
  headway = await startFakeHeadway({ operations: [{ type: 'import' }] })
  client = createClient({ url: headway.url, getToken: () => headway.tokenFor('ada') })
  document.body.innerHTML = '<div id="root"></div>'
  root = createRoot(document.querySelector('#root')!)
  root.render(
    <RealtimeProvider client={client}>
      <ImportPage />
    </RealtimeProvider>,
  )
  await headway.connected('ada')
})

afterEach(async () => {
  root.unmount()
  client.destroy()
  await headway.close()
})

const patient = { timeout: 10_000 }
const text = (selector: string) => () => document.querySelector(selector)?.textContent
const press = () => document.querySelector('button')?.click()

it('shows an import to its end, although messages are lost and the log is wiped', async () => {
  press()
  await expect.poll(text('output'), patient).toBe('queued')
  const job = headway.job()
  await job.followed()

  // Nobody hears that it is running; the next message lets the page notice.
  headway.drop({ where: ({ type }) => type === 'JOB_STARTED' || type === 'JOB_RUNNING' })
  job.step('parse')
  job.progress(50, 'half of it')
  await expect.poll(text('output'), patient).toBe('running: half of it')
  await expect.poll(text('li'), patient).toBe('parse completed')

  job.text('2 of 3 orders ')
  headway.wipeLog()
  job.text('are new')
  job.complete({ imported: 2 })
  await expect.poll(text('output'), patient).toBe('completed')
  await expect.poll(text('pre'), patient).toBe('2 of 3 orders are new')
})

it('shows why an import can not be started, and that it can be a moment later', async () => {
  headway.refuseCalls('limit_exceeded', { count: 1, where: ({ name }) => name === 'POST /api/jobs' })
  press()
  await expect.poll(text('[role=alert]'), patient).toBe('The test refuses this: limit_exceeded.')

  headway.onStart('import', (job) => job.complete())
  press()
  await expect.poll(text('output'), patient).toBe('completed')
})

it('goes on with a new token where the last one has ended', async () => {
  press()
  await expect.poll(text('output'), patient).toBe('queued')
  headway.expireToken('ada')
  headway.job().complete()
  await expect.poll(text('output'), patient).toBe('completed')
})
