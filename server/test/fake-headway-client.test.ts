import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import { jobsListStore, jobStore, startJob } from '@headway/client/jobs'
import { jobChannel } from '@headway/events'
import { uniqueUserId, waitFor } from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openFakeStage } from './conformance/fake-stage.ts'
import { openRealStage } from './conformance/real-stage.ts'
import { customerUpdated, PATIENT, QUESTION, type Stage } from './conformance/stage.ts'

/** The client core on the stage; quick to come back, so that a test is. */
function openCore(stage: Stage, userId: string): HeadwayClient {
  const client = createClient({
    url: stage.url,
    getToken: () => stage.token(userId),
    cursors: memoryCursorStore(),
    backoff: { minMs: 20, maxMs: 200 },
  })
  onTestFinished(() => client.destroy())
  client.connect()
  return client
}

describe.each([
  ['real', openRealStage],
  ['fake', openFakeStage],
])('the client core on the %s server', (_name, open) => {
  it('shows a job that it has started, from its beginning to its end', async () => {
    const stage = await open()
    const userId = uniqueUserId()
    const client = openCore(stage, userId)
    const list = jobsListStore(client, {})
    list.subscribe(() => {})
    const { jobId } = await startJob(client, 'scripted', {})
    const store = jobStore(client, jobId)
    store.subscribe(() => {})
    await waitFor(
      () => store.getSnapshot().state === 'queued' && store.getSnapshot().freshness === 'live',
      PATIENT,
    )
    const job = stage.job(jobId)
    await job.start()
    await job.step('load', 'completed')
    await job.text('Grüße')
    await job.progress(50, 'half')
    await waitFor(() => store.getSnapshot().progress === 50, PATIENT)
    await job.ask(QUESTION)
    await waitFor(() => store.getSnapshot().question?.name === 'colour', PATIENT)
    await expect(client.answerJob(jobId, 'colour', 'green')).rejects.toMatchObject({ code: 'bad_request' })
    await client.answerJob(jobId, 'colour', 'red')
    await waitFor(() => store.getSnapshot().state === 'queued', PATIENT)
    await job.start()
    await job.complete({ rows: 3 })
    await waitFor(() => store.getSnapshot().state === 'completed', PATIENT)
    expect(store.getSnapshot()).toMatchObject({
      result: { rows: 3 },
      steps: [{ name: 'load' }],
      progress: 100,
    })
    await waitFor(() => list.getSnapshot().jobs[0]?.state === 'completed', PATIENT)
  })

  it('misses nothing and repeats nothing while its connections are cut', async () => {
    const stage = await open()
    const userId = uniqueUserId()
    const client = openCore(stage, userId)
    const heard: string[] = []
    client.on('CUSTOMER_UPDATED', ({ payload }) => heard.push(payload.customerId))
    const isLive = (): boolean => client.connection.getSnapshot().freshness === 'live'
    await waitFor(isLive, PATIENT)
    for (let n = 0; n < 30; n++) {
      await stage.publish(userId, customerUpdated(String(n)))
      if (n % 10 === 4) stage.cut()
      if (n % 10 === 9) await waitFor(isLive, PATIENT)
    }
    await waitFor(() => heard.length >= 30, PATIENT)
    expect(heard).toEqual(Array.from({ length: 30 }, (_, n) => String(n)))
  })

  it('loads a job anew after its log was wiped', async () => {
    const stage = await open()
    const client = openCore(stage, uniqueUserId())
    const resyncs: string[] = []
    client.onConnection('resync', ({ channel }) => resyncs.push(channel))
    const { jobId } = await startJob(client, 'scripted', {})
    const store = jobStore(client, jobId)
    store.subscribe(() => {})
    await waitFor(
      () => store.getSnapshot().state === 'queued' && store.getSnapshot().freshness === 'live',
      PATIENT,
    )
    const job = stage.job(jobId)
    await job.start()
    await waitFor(() => store.getSnapshot().state === 'running', PATIENT)
    await stage.wipe([jobChannel(jobId)])
    await job.complete(null)
    await waitFor(() => store.getSnapshot().state === 'completed', PATIENT)
    await waitFor(() => resyncs.length > 0, PATIENT)
    expect(resyncs).toContain(jobChannel(jobId))
  })
})
