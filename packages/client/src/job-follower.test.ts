import { describe, expect, it, vi } from 'vitest'
import { jobId, server, settle } from '../test/client-fixture.ts'
import { channel, client, requestsOf, run, watch } from '../test/job-fixture.ts'
import { jobStore } from './job-stores.ts'

describe('following (J4)', () => {
  it('follows once for all subscribers and leaves a moment after the last', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    const undo = [
      jobStore(client, jobId).subscribe(() => {}),
      client.subscribe(jobId, () => {}),
      client.subscribe(jobId, () => {}),
    ]
    await settle()
    expect(requestsOf('subscribe:job')).toBe(1)
    for (const again of [undo[0], undo[0], undo[1], undo[1]]) again?.()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(requestsOf('unsubscribe:job')).toBe(0)
    undo[2]?.()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(requestsOf('unsubscribe:job')).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('asks for nothing when a component mounts twice, as in StrictMode', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    const { subscribe } = jobStore(client, jobId)
    subscribe(() => {})()
    subscribe(() => {})
    await vi.advanceTimersByTimeAsync(5_000)
    expect(requestsOf('subscribe:job')).toBe(1)
    expect(requestsOf('unsubscribe:job')).toBe(0)
  })

  it('takes a snapshot for a store that comes later than a callback', async () => {
    server.addJob(jobId).view.attempt = 1
    server.write(jobId, 'before')
    client.connect()
    client.subscribe(jobId, () => {})
    await settle()
    expect(server.requests.at(-1)?.args[1]).toEqual({ textOffset: Number.MAX_SAFE_INTEGER })
    watch()
    expect(jobStore(client, jobId).getSnapshot().freshness).toBe('catching-up')
    await settle()
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ text: 'before', freshness: 'live' })
  })

  it('remembers nothing of a job that it has left', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    const { unsubscribe } = watch()
    const { follower, release } = client.follow(jobId)
    release()
    unsubscribe()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(follower.isRetained).toBe(false)
    const again = client.follow(jobId)
    await settle()
    expect(again.follower).not.toBe(follower)
    expect(server.requests.at(-1)?.args[1]).toEqual({ textOffset: Number.MAX_SAFE_INTEGER })
  })

  it('joins when the connection comes, and anew on each connection', async () => {
    server.addJob(jobId)
    const { unsubscribe } = watch()
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ isLoading: true, freshness: 'stale' })
    client.connect()
    await settle()
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ isLoading: false, freshness: 'live' })
    server.drop()
    server.progress(jobId, 40)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ progress: 40, freshness: 'live' })
    unsubscribe()
  })

  it('says that a job is missing, and asks no more', async () => {
    watch()
    client.connect()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({
      isLoading: false,
      loadError: { code: 'not_found' },
      freshness: 'live',
    })
    expect(requestsOf('subscribe:job')).toBe(1)
  })

  it('asks again while the server can’t answer', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    server.isAnswering = false
    watch()
    await vi.advanceTimersByTimeAsync(12_000)
    expect(jobStore(client, jobId).getSnapshot().loadError?.code).toBe('unavailable')
    server.isAnswering = true
    await vi.advanceTimersByTimeAsync(12_000)
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ isLoading: false, loadError: null })
  })

  it.each([
    [0, [1_000, 2_000, 4_000]],
    [1, [500, 1_000, 2_000]],
  ])(
    'asks again when it is refused for want of room, later each time (J4, chance %d)',
    async (chance, waits) => {
      vi.spyOn(Math, 'random').mockReturnValue(chance)
      server.addJob(jobId)
      server.subscribeProblem = 'unavailable'
      client.connect()
      await settle()
      watch()
      await settle()
      expect(jobStore(client, jobId).getSnapshot().loadError).toMatchObject({ code: 'unavailable' })
      const askedAt: number[] = []
      let asked = 0
      while (askedAt.length <= waits.length) {
        if (requestsOf('subscribe:job') > asked) askedAt.push(Date.now())
        asked = requestsOf('subscribe:job')
        await vi.advanceTimersByTimeAsync(10)
      }
      const gaps = askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0))
      expect(gaps.map((gap) => Math.round(gap / 100) * 100)).toEqual(waits)
      expect(jobStore(client, jobId).getSnapshot().loadError).toMatchObject({ code: 'unavailable' })
      server.subscribeProblem = undefined
      await vi.advanceTimersByTimeAsync(10_000)
      expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ freshness: 'live', loadError: null })
      vi.restoreAllMocks()
    },
  )

  it('asks again no sooner than the server wants it (J4)', async () => {
    server.addJob(jobId)
    server.subscribeProblem = 'unavailable'
    server.retryAfterMs = 5_000
    client.connect()
    watch()
    await settle(4_500)
    expect(requestsOf('subscribe:job')).toBe(1)
    expect(jobStore(client, jobId).getSnapshot().loadError).toMatchObject({ retryAfterMs: 5_000 })
    server.subscribeProblem = undefined
    await settle(1_500)
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ freshness: 'live', loadError: null })
  })

  it('drops a question that the connection took with it', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    watch()
    server.drop()
    await settle()
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ isLoading: true, loadError: null })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(requestsOf('subscribe:job')).toBe(2)
  })

  it('has what was said before anybody followed the job', async () => {
    client.connect()
    await settle()
    server.addJob(jobId)
    run()
    await settle()
    watch()
    await settle()
    const { events } = jobStore(client, jobId).getSnapshot()
    expect(events.map(({ type }) => type)).toEqual(['JOB_QUEUED', 'JOB_STARTED', 'JOB_RUNNING'])
  })

  it('loads a job anew whose gap can’t be filled (J5)', async () => {
    server.addJob(jobId)
    client.connect()
    watch()
    await settle()
    server.drop()
    run()
    server.log(channel).trim(1)
    server.log(server.channel).trim(1)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(jobStore(client, jobId).getSnapshot()).toMatchObject({ state: 'running', freshness: 'live' })
  })

  it('loads it anew also when the user’s channel has told of its end (J5)', async () => {
    const { view } = server.addJob(jobId)
    client.connect()
    watch()
    await settle()
    server.drop()
    view.steps = [{ name: 'load', index: 0, status: 'completed', durationMs: 1 }]
    server.log(channel).append({ type: 'JOB_STEP', payload: {} })
    server.change(jobId, 'completed', 'JOB_COMPLETED')
    server.log(channel).trim(1)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(jobStore(client, jobId).getSnapshot().steps).toEqual(view.steps)
  })
})
