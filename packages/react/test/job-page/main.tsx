import { createClient } from '@headway/client'
import { RealtimeProvider, useJobProgress, useWebSocketStatus } from '@headway/react'
import { createRoot } from 'react-dom/client'
import { eventName } from './event-name.ts'
import { recordPage } from './record.ts'

// What it shows and to whom are in the page's address, so that a reload shows the same.
const address = new URLSearchParams(location.hash.slice(1))
const token = address.get('token') ?? ''
const jobId = address.get('jobId') ?? ''

const client = createClient({ token })
recordPage(client)

function Job() {
  const { freshness: connection } = useWebSocketStatus()
  const { state, freshness, progress, steps, text, events } = useJobProgress(jobId)
  const durable = events.filter(({ seq }) => seq !== undefined)
  return (
    <main data-connection={connection} data-freshness={freshness} data-state={state}>
      <progress max={100} value={progress} />
      <ol id="steps">
        {steps.map(({ name, status }) => (
          <li key={name} data-status={status}>
            {name}
          </li>
        ))}
      </ol>
      <ol id="events">
        {durable.map((message) => (
          <li key={message.seq}>{eventName(message)}</li>
        ))}
      </ol>
      <pre>{text}</pre>
    </main>
  )
}

createRoot(document.querySelector('#root') as Element).render(
  <RealtimeProvider client={client}>
    <Job />
  </RealtimeProvider>,
)
