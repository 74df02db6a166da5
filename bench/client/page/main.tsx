import { createClient, memoryCursorStore } from '@headway/client'
import { RealtimeProvider, useJobProgress } from '@headway/react'
import { JobProgressBar, TaskActivityPanel } from '@headway/react/components'
import '@headway/react/styles.css'
import { useLayoutEffect, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import type { PageCounts } from './page-counts.ts'

const address = new URLSearchParams(location.hash.slice(1))
const token = address.get('token') ?? ''
const jobIds = (address.get('jobs') ?? '').split(',').filter(Boolean)
const show = address.get('show') ?? 'bars'

const client = createClient({ token, cursors: memoryCursorStore() })
const counts: PageCounts = {
  latenciesMs: [],
  renders: 0,
  received: () => client.getStats().received,
  events: 0,
  running: new Set(),
}
globalThis.counts = counts

/** Keeps how old the job's newest progress was when React committed it. */
function Job({ jobId }: { jobId: string }): ReactElement {
  const job = useJobProgress(jobId)
  const { label, state, freshness, events } = job
  useLayoutEffect(() => {
    counts.renders += 1
    if (state === 'running' && freshness === 'live') counts.running.add(jobId)
    else counts.running.delete(jobId)
    counts.events = events.length
  })
  useLayoutEffect(() => {
    if (label !== '') counts.latenciesMs.push(performance.timeOrigin + performance.now() - Number(label))
  }, [label])
  return show === 'bars' ? <JobProgressBar job={job} /> : <TaskActivityPanel jobId={jobId} />
}

document.body.dataset['show'] = show
createRoot(document.querySelector('#root') as Element).render(
  <RealtimeProvider client={client}>
    {jobIds.map((jobId) => (
      <Job key={jobId} jobId={jobId} />
    ))}
  </RealtimeProvider>,
)
