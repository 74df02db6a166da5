/** What an application could be: programs that are run where the packages are installed and nothing else of ours is. */

/** Names of every entry that a page uses, used as their types say. */
export const PAGE_TYPES = `
import { createClient, isRequestError, type HeadwayClient, type JobSnapshot } from '@headway/client'
import { jobStore } from '@headway/client/jobs'
import { createSharedClient } from '@headway/client/shared'
import { serveTabs } from '@headway/client/shared-worker'
import { initSocketClient } from '@headway/client/singleton'
import { isTerminalState, type WebSocketMessage } from '@headway/events'
import { RealtimeProvider, useJobProgress, useJobs, useStartJob } from '@headway/react'
import { TaskActivityPanel } from '@headway/react/components'
import '@headway/react/styles.css'

const client: HeadwayClient = createClient({ url: 'http://localhost:3000', token: 'a' })
const snapshot: JobSnapshot = jobStore(client, 'a').getSnapshot()
const ended: boolean = snapshot.state !== undefined && isTerminalState(snapshot.state)
const openWorker = (name: string) => new SharedWorker('/headway-worker.js', { type: 'module', name })
export const shared: HeadwayClient = createSharedClient({ token: 'a', openWorker })
client.on('JOB_COMPLETED', ({ payload }) => payload.textSha256)
// @ts-expect-error -- no such message
client.on('JOB_EXPLODED', () => {})

export function Page({ jobId }: { jobId: string }) {
  const { state, text, cancel } = useJobProgress(jobId)
  const { jobs, hasMore } = useJobs({ state: 'running' })
  const { start } = useStartJob('rehearse')
  return (
    <RealtimeProvider client={client}>
      <button onClick={() => void cancel()} onDoubleClick={() => void start({})}>{state}{text}{jobs.length}{String(hasMore)}</button>
      <TaskActivityPanel jobId={jobId} renderQuestion={({ question }) => <p>{question.prompt}</p>} />
    </RealtimeProvider>
  )
}
export type Message = WebSocketMessage
export const uses = [ended, isRequestError, initSocketClient, serveTabs]
`

/** Names of every entry that a server, a worker or a test uses. */
export const SERVER_TYPES = `
import { EventLog } from '@headway/event-log'
import { orderInputSchema } from '@headway/events/schemas'
import { openJobs, type JobEngine } from '@headway/jobs'
import { publishJobProgress } from '@headway/reports'
import { startFakeHeadway } from '@headway/test-kit/client'

export type Names = [JobEngine, typeof openJobs, typeof EventLog, typeof orderInputSchema, typeof publishJobProgress]
export const uses = [startFakeHeadway]
`

/** Every entry that runs on a server, and a page that is rendered there. */
export const SERVER_SIDE = `
import assert from 'node:assert/strict'
import { createElement as h } from 'react'
import { renderToString } from 'react-dom/server'
import { createClient } from '@headway/client'
import { createSharedClient } from '@headway/client/shared'
import { serveTabs } from '@headway/client/shared-worker'
import { JOB_STATES } from '@headway/events'
import { EventLog } from '@headway/event-log'
import { openJobs } from '@headway/jobs'
import { RealtimeProvider, useJobProgress } from '@headway/react'
import { TaskActivityPanel } from '@headway/react/components'
import { publishJobProgress } from '@headway/reports'

for (const part of [EventLog, openJobs, publishJobProgress, createSharedClient, serveTabs]) assert.equal(typeof part, 'function')
assert.ok(JOB_STATES.includes('running'))
const client = createClient({ url: 'http://127.0.0.1:9', token: 'a' })
const jobId = '00000000-0000-4000-8000-000000000000'
const Page = () => h('output', null, useJobProgress(jobId).state ?? 'unknown')
const html = renderToString(h(RealtimeProvider, { client }, h(Page), h(TaskActivityPanel, { jobId })))
assert.match(html, /<output>unknown/)
client.destroy()
`

/** A page that follows a job to its end, although messages get lost. */
export const PAGE = `
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { startFakeHeadway } from '@headway/test-kit/client'
import { Window } from 'happy-dom'

const headway = await startFakeHeadway({ operations: [{ type: 'import' }] })
const window = new Window({ url: headway.url })
for (const name of ['document', 'HTMLElement', 'Node']) globalThis[name] ??= window[name]
globalThis.window ??= window
const { StrictMode, createElement: h, version } = await import('react')
const { createRoot } = await import('react-dom/client')
const { createClient } = await import('@headway/client')
const { RealtimeProvider, useJobProgress } = await import('@headway/react')
const { TaskActivityPanel } = await import('@headway/react/components')

const { jobId, ...job } = headway.startJob('ada', 'import', {})
const client = createClient({ url: headway.url, getToken: () => headway.tokenFor('ada') })
function Page() {
  const { state, text } = useJobProgress(jobId)
  return h('output', null, state + ': ' + text)
}
const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
root.render(h(StrictMode, null, h(RealtimeProvider, { client }, h(Page), h(TaskActivityPanel, { jobId }))))
const shows = async (words) => {
  const end = Date.now() + 20_000
  const shown = () => place.querySelector('output')?.textContent
  while (shown() !== words && Date.now() < end) await delay(10)
  assert.equal(shown(), words, 'React ' + version)
}
const running = headway.job(jobId)
await running.followed()
running.text('one ')
await shows('running: one ')
headway.drop({ count: 3 })
running.step('parse')
running.text('two')
running.complete()
await shows('completed: one two')
root.unmount()
client.destroy()
await headway.close()
await window.happyDOM.close()
`
