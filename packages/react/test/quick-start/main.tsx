import { createClient } from '@headway/client'
import { RealtimeProvider, useJobs, useStartJob } from '@headway/react'
import { StatusBar, TaskActivityPanel } from '@headway/react/components'
import '@headway/react/styles.css'
import { createRoot } from 'react-dom/client'

/** Yours asks your own server; this one answers where Headway runs for development. */
async function fetchToken(): Promise<string> {
  const response = await fetch('/api/auth/dev-token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'ada' }),
  })
  const { token } = (await response.json()) as { token: string }
  return token
}

const client = createClient({ getToken: fetchToken })

function Starter() {
  const { start, jobId, isPending, error } = useStartJob('rehearse')
  // Why a start was refused is in `error`.
  const rehearse = () => start({ steps: 5, stepMs: 200 }).catch(() => {})
  return (
    <>
      <button type="button" disabled={isPending} onClick={() => void rehearse()}>
        Start
      </button>
      {error && <p role="alert">{error.message}</p>}
      {jobId && <TaskActivityPanel jobId={jobId} />}
      <StatusBar currentJobId={jobId ?? undefined} />
    </>
  )
}

function Jobs() {
  const { jobs, isLoading, error, hasMore, loadMore } = useJobs()
  if (isLoading) return <p>Loading</p>
  return (
    <ul>
      {error && <li role="alert">{error.message}</li>}
      {jobs.map(({ jobId, operationType, state, progress }) => (
        <li key={jobId}>
          {operationType}: {state} ({Math.round(progress)} %)
        </li>
      ))}
      {hasMore && (
        <li>
          <button type="button" onClick={() => void loadMore()}>
            More
          </button>
        </li>
      )}
    </ul>
  )
}

createRoot(document.querySelector('#root') as Element).render(
  <RealtimeProvider client={client}>
    <Starter />
    <Jobs />
  </RealtimeProvider>,
)
