import { createClient } from '@headway/client'
import { jobStore, startJob } from '@headway/client/jobs'
import { isTerminalState } from '@headway/events'

const url = process.argv[2] ?? 'http://localhost:3000'

/** Yours asks your own server; this one answers where Headway runs for development. */
async function fetchToken(): Promise<string> {
  const response = await fetch(`${url}/api/auth/dev-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'ada' }),
  })
  const { token } = (await response.json()) as { token: string }
  return token
}

const client = createClient({ url, getToken: fetchToken })
client.onConnection('reconnecting', () => console.log('The connection is gone, and comes back by itself.'))
client.connect()

const { jobId } = await startJob(client, 'rehearse', { steps: 3, stepMs: 100 })
const job = jobStore(client, jobId)
// Called with every change, at most once per frame; what a reconnect brings comes as one.
const stop = job.subscribe(() => {
  const { state, progress, label, steps, text } = job.getSnapshot()
  console.log(`${state} ${Math.round(progress)} % ${label}`)
  if (state === undefined || !isTerminalState(state)) return
  console.log(`${steps.length} steps, and ${text.length} characters of text`)
  stop()
  client.destroy()
})
