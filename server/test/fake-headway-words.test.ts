import { jobChannel, userChannel, type JobView } from '@headway/events'
import { uniqueUserId, waitFor } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { openFakeStage } from './conformance/fake-stage.ts'
import { Person } from './conformance/person.ts'
import { openRealStage } from './conformance/real-stage.ts'
import { customerUpdated, PATIENT, QUESTION } from './conformance/stage.ts'
import { byChannel, transcript } from './conformance/transcript.ts'
import { callUrl, type Answer } from './http-fixture.ts'
import { openClient, refusalOf, type TestClient } from './realtime-fixture.ts'

/** What both servers say when the same is done with them. */
async function saidIn(
  scenario: (person: Person) => Promise<unknown>,
): Promise<{ real: unknown; fake: unknown }> {
  const said = async (person: Person): Promise<unknown> => transcript(await scenario(person), person.userId)
  return {
    real: await said(new Person(await openRealStage())),
    fake: await said(new Person(await openFakeStage())),
  }
}

const problem = ({ status, json }: Answer): unknown => {
  const { requestId: _requestId, instance: _instance, ...body } = json as Record<string, unknown>
  return { status, body }
}

const codeOf = ({ error }: Record<string, unknown>): unknown => (error as { code: string } | undefined)?.code

describe('the fake server says what the real one says', () => {
  it('of a job from its start to its end', async () => {
    const { real, fake } = await saidIn(async (person) => {
      await person.connect()
      const jobId = await person.start({ label: 'x' })
      await person.hears('JOB_QUEUED')
      const subscribed = await person.socket.request('subscribe:job', jobId, {})
      const job = person.stage.job(jobId)
      await job.start()
      await job.progress(12.345, 'begun')
      await job.step('load', 'completed')
      await job.text('Grüße 🚀')
      await job.step('check', 'failed', 'too dark')
      await job.step('check', 'completed')
      await job.artifact('a.txt', 'abc', 'text/plain')
      const midway = await person.view(jobId)
      await job.complete({ rows: 3 })
      await person.hears('JOB_COMPLETED')
      await person.settle()
      const again = await person.socket.request('subscribe:job', jobId, { textOffset: 3 })
      const ended = await person.view(jobId)
      return { sent: byChannel(person.socket.events), subscribed, midway, again, ended }
    })
    expect(fake).toEqual(real)
  })

  it('of questions, retries, failures, resumes and cancels', async () => {
    const { real, fake } = await saidIn(async (person) => {
      await person.connect()
      const jobId = await person.start()
      await person.hears('JOB_QUEUED')
      await person.socket.request('subscribe:job', jobId, {})
      const job = person.stage.job(jobId)
      await job.start()
      await job.text('kept ')
      await job.step('load', 'completed')
      await job.ask(QUESTION)
      const waiting = await person.view(jobId)
      const refused = [
        await person.socket.request('answer:job', jobId, 'colour', 'green'),
        await person.socket.request('answer:job', jobId, 'size', 'red'),
        problem(await person.call(`POST /api/jobs/${jobId}/answers/colour`, { value: 'green' })),
        problem(await person.call(`POST /api/jobs/${jobId}/resume`)),
      ]
      const answered = await person.call(`POST /api/jobs/${jobId}/answers/colour`, { value: 'red' })
      const late = await person.socket.request('answer:job', jobId, 'colour', 'red')
      await person.hears('JOB_QUEUED', 2)
      await job.start()
      await job.text('lost 🚀')
      await job.retry()
      await job.start()
      await job.text('again')
      await job.fail('boom', 'broken')
      await person.hears('JOB_FAILED')
      const failed = await person.view(jobId)
      const resumed = await person.call(`POST /api/jobs/${jobId}/resume`)
      await person.hears('JOB_QUEUED', 4)
      await job.start()
      const asked = await person.call(`PATCH /api/jobs/${jobId}/cancel`, { reason: 'enough' })
      await job.letGo()
      await person.hears('JOB_CANCELLED')
      await person.settle()
      const acks = [
        await person.socket.request('cancel:job', jobId),
        problem(await person.call(`POST /api/jobs/${jobId}/answers/colour`, { value: 'red' })),
      ]
      const ended = await person.view(jobId)
      const answers = [answered, resumed, asked].map(({ status, json }) => ({ status, json }))
      return { sent: byChannel(person.socket.events), waiting, refused, late, failed, answers, acks, ended }
    })
    expect(fake).toEqual(real)
  })

  it('to REST calls', async () => {
    const { real, fake } = await saidIn(async (person) => {
      const keyed = { 'idempotency-key': 'k1' }
      const created = await person.call('POST /api/jobs', { type: 'scripted', label: 'a' }, keyed)
      const repeated = await person.call('POST /api/jobs', { label: 'a', type: 'scripted' }, keyed)
      const { jobId } = created.json as { jobId: string }
      await person.start({ label: 'b' })
      const stranger = await person.stage.token(uniqueUserId())
      const page = await person.call('GET /api/jobs?limit=1&type=scripted')
      const { nextCursor } = page.json as { nextCursor: string }
      const rest = await person.call(`GET /api/jobs?limit=1&cursor=${nextCursor}`)
      const labels = [page, rest].map(({ json }) => {
        const { jobs, nextCursor: next } = json as { jobs: JobView[]; nextCursor: string | null }
        return { labels: jobs.map(({ input }) => input['label']), hasMore: next !== null }
      })
      const { json: operations } = await person.call('GET /api/operations')
      const problems = [
        await person.call('POST /api/jobs', { type: 'scripted', label: 'b' }, keyed),
        await person.call('POST /api/jobs', { type: 'scripted', count: 'many', colour: 'red' }),
        await person.call('POST /api/jobs', { type: 'unheard-of' }),
        await person.call('POST /api/jobs', { label: 'a' }),
        await person.call('GET /api/jobs/7'),
        await person.call(`GET /api/jobs/${jobId}/artifacts/${jobId}`),
        await callUrl(person.stage.url, `GET /api/jobs/${jobId}`, { token: stranger }),
        await callUrl(person.stage.url, 'GET /api/jobs', {
          token: await person.stage.token(person.userId, -60),
        }),
      ].map(problem)
      return {
        created: { status: created.status, json: created.json },
        isRepeated: JSON.stringify(repeated.json) === JSON.stringify(created.json),
        labels,
        operations,
        problems,
      }
    })
    expect(fake).toEqual(real)
  })

  it('at the handshake', async () => {
    const { real, fake } = await saidIn(async (person) => {
      const { stage, userId } = person
      await person.connect()
      const { channels } = await person.socket.ready()
      const cursor = channels[userChannel(userId)] as number
      for (const id of ['1', '2', '3']) await stage.publish(userId, customerUpdated(id))
      await person.hears('CUSTOMER_UPDATED', 3)
      const second = person.socket.events[1]
      person.socket.socket.disconnect()

      const stranger = `job:${userId
        .replaceAll(/[^0-9a-f]/g, '')
        .padEnd(8, '0')
        .slice(0, 8)}-0000-4000-8000-000000000000`
      const welcome = async (auth: Record<string, unknown>): Promise<unknown> => {
        await person.connect(auth)
        const { events, resyncs } = person.socket
        const { connectionId: _id, instanceId: _instance, ...ready } = await person.socket.ready()
        person.socket.socket.disconnect()
        return { ready: { ...ready, channels: Object.keys(ready.channels).length }, events, resyncs }
      }
      const own = userChannel(userId)
      const welcomes = [
        await welcome({}),
        await welcome({ cursors: { [own]: cursor } }),
        await welcome({ cursors: { [own]: second?.seq, [stranger]: 1 } }),
        await welcome({ cursors: { [own]: 1 } }),
        await welcome({ cursors: { [own]: Number(second?.seq) + 1 } }),
        await welcome({ lastEventTs: '2020-01-01T00:00:00.000Z' }),
      ]
      for (let n = 0; n < 50; n++) await stage.publish(userId, customerUpdated(`more ${n}`))
      const trimmed = await welcome({ cursors: { [own]: second?.seq } })

      const refusal = async (auth: Record<string, unknown>): Promise<string> => {
        const { code } = await refusalOf(await openClient(stage.url, { auth }))
        return code
      }
      const refusals = [
        await refusal({}),
        await refusal({ token: 'nonsense' }),
        await refusal({ token: await stage.token(userId, -60) }),
        await refusal({ token: await stage.token(userId), cursors: { [own]: -1 } }),
        await refusal({ token: await stage.token(userId), lastEventTs: 'yesterday' }),
      ]
      return { welcomes, trimmed, refusals }
    })
    expect(fake).toEqual(real)
  })

  it('to requests of a socket', async () => {
    const { real, fake } = await saidIn(async (person) => {
      const { stage, userId } = person
      await person.connect()
      const jobId = await person.start()
      await person.hears('JOB_QUEUED')
      const request: TestClient['request'] = (event, ...values) => person.socket.request(event, ...values)
      const own = userChannel(userId)
      const cursor = person.socket.events[0]?.seq
      const acks = [
        await request('resume', jobChannel(jobId), 5),
        await request('subscribe:job', jobId, { cursor: 1 }),
        await request('resume', own, cursor),
        await request('resume', own, 1),
        await request('resume', own, -1).then(({ ok }) => ok),
        await request('sync'),
        await request('unsubscribe:job', jobId),
        await request('subscribe:job', '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e', {}).then(codeOf),
        await request('subscribe:job', 'nonsense', {}).then(codeOf),
        await request('cancel:job', '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e').then(codeOf),
        await request('auth:refresh', await stage.token(userId)),
        await request('auth:refresh', await stage.token(uniqueUserId())),
        await request('auth:refresh', 'nonsense').then(codeOf),
      ]
      await stage.publish(userId, customerUpdated('1'))
      await person.hears('CUSTOMER_UPDATED')
      return { acks, sent: byChannel(person.socket.events), resyncs: person.socket.resyncs }
    })
    expect(fake).toEqual(real)
  })

  it('when a token ends soon', async () => {
    const { real, fake } = await saidIn(async (person) => {
      await person.connect({ token: await person.stage.token(person.userId, 30) })
      await waitFor(() => person.socket.expiries.length > 0, PATIENT)
      return person.socket.expiries
    })
    expect(fake).toEqual(real)
  })

  it('when its log was wiped', async () => {
    const { real, fake } = await saidIn(async (person) => {
      await person.connect()
      const jobId = await person.start()
      await person.hears('JOB_QUEUED')
      await person.socket.request('subscribe:job', jobId, {})
      const channels = [userChannel(person.userId), jobChannel(jobId)]
      await person.stage.wipe(channels)
      await waitFor(() => person.socket.resyncs.length >= 2, PATIENT)
      await person.stage.job(jobId).start()
      await person.hears('JOB_RUNNING')
      await person.settle()
      const resyncs = person.socket.resyncs.filter(({ channel }) => channels.includes(channel))
      return { sent: byChannel(person.socket.events), reasons: resyncs.map(({ reason }) => reason) }
    })
    expect(fake).toEqual(real)
  })
})
