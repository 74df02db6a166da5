import { describe, expect, it, vi } from 'vitest'
import { jobId, server, settle } from '../test/client-fixture.ts'
import { client, requestsOf, run, watch } from '../test/job-fixture.ts'
import { jobStore } from './job-stores.ts'

function freshness(): string {
  return jobStore(client, jobId).getSnapshot().freshness
}

describe('text (J2)', () => {
  it('pulls what is longer than one answer', async () => {
    server.textAckMaxBytes = 10
    server.addJob(jobId).view.attempt = 1
    server.write(jobId, 'abcdefghijklmnopqrstuvwxyz')
    client.connect()
    watch()
    await settle()
    expect(jobStore(client, jobId).getSnapshot().text).toBe('abcdefghijklmnopqrstuvwxyz')
    expect(requestsOf('subscribe:job')).toBe(3)
  })

  it('pulls what was lost or written while it was away, and asks for nothing it has', async () => {
    server.addJob(jobId).view.attempt = 1
    client.connect()
    watch()
    await settle()
    server.write(jobId, 'one ')
    server.write(jobId, 'two ', 'lost')
    server.write(jobId, 'three ')
    await settle()
    expect(jobStore(client, jobId).getSnapshot().text).toBe('one two three ')
    server.drop()
    server.write(jobId, 'four')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(jobStore(client, jobId).getSnapshot().text).toBe('one two three four')
    expect(server.requests.at(-1)?.args[1]).toMatchObject({ textOffset: 14 })
  })

  it('does not ask for ever for text that is not kept', async () => {
    const job = server.addJob(jobId)
    job.view.attempt = 1
    client.connect()
    watch()
    await settle()
    server.change(jobId, 'completed', 'JOB_COMPLETED', { textEnd: 1_000 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requestsOf('subscribe:job')).toBeLessThan(4)
  })

  it('does not ask with each chunk that comes behind a hole which stays', async () => {
    server.addJob(jobId).view.attempt = 1
    server.textAckMaxBytes = 0
    client.connect()
    watch()
    await settle()
    server.write(jobId, 'never kept', 'lost')
    for (let n = 0; n < 20; n++) {
      server.write(jobId, 'more')
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(requestsOf('subscribe:job')).toBeLessThan(4)
  })
})

describe('freshness of a job', () => {
  it('is live only once the job is followed and its text is here', async () => {
    server.addJob(jobId).view.attempt = 1
    client.connect()
    await settle()
    watch()
    expect(freshness()).toBe('catching-up')
    await settle()
    expect(freshness()).toBe('live')
    server.write(jobId, 'one', 'lost')
    server.write(jobId, 'two')
    await vi.advanceTimersByTimeAsync(1)
    expect(freshness()).toBe('catching-up')
    await settle()
    expect(freshness()).toBe('live')
    server.drop()
    expect(freshness()).toBe('stale')
  })

  it('is asked for again where an answer had none of it, though nothing else comes (J2)', async () => {
    server.addJob(jobId).view.attempt = 1
    run()
    server.write(jobId, 'all of it')
    server.change(jobId, 'completed', 'JOB_COMPLETED', { textEnd: 9 })
    server.textAckMaxBytes = 0
    client.connect()
    watch()
    await settle()
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ text: '', freshness: 'catching-up' })
    server.textAckMaxBytes = 100
    await settle(2_000)
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ text: 'all of it', freshness: 'live' })
    const asked = requestsOf('subscribe:job')
    await settle(60_000)
    expect(requestsOf('subscribe:job')).toBe(asked)
  })
})
