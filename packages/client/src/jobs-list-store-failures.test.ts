import { describe, expect, it, vi } from 'vitest'
import { server } from '../test/client-fixture.ts'
import { addJob, client, connect, createJob, rest, rows, settle, show } from '../test/jobs-list-fixture.ts'

type Shown = ReturnType<typeof show>

describe('what goes wrong', () => {
  it('is told, and mended by the next connection', async () => {
    addJob('a')
    rest.failures = [503]
    const { list } = show()
    await settle()
    expect(list.getSnapshot()).toMatchObject({ isLoading: false, jobs: [] })
    expect(list.getSnapshot().error).toMatchObject({ name: 'RequestError', code: 'unavailable' })
    await connect()
    expect(rows(list)).toBe('a created 0')
    expect(list.getSnapshot().error).toBeNull()
  })

  it('leaves what is shown, and is mended by hand', async () => {
    addJob('a')
    await connect()
    const { list } = show()
    await settle()
    rest.failures = [null]
    await Promise.all([list.reload(), settle()])
    expect(list.getSnapshot()).toMatchObject({ error: { code: 'unavailable' }, freshness: 'catching-up' })
    expect(rows(list)).toBe('a created 0')
    await Promise.all([list.reload(), settle()])
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })

  it('is asked for again by itself, later each time, and anew after a success (L5)', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    addJob('a')
    await connect()
    const { list } = show()
    rest.failures = [503, null, 503]
    await settle(100)
    for (const [waitMs, calls] of [
      [850, 1],
      [100, 2],
      [1_850, 2],
      [200, 3],
      [3_850, 3],
      [200, 4],
    ] as const) {
      await settle(waitMs)
      expect(rest.calls).toHaveLength(calls)
    }
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
    rest.failures = [503]
    await Promise.all([list.reload(), settle(900)])
    expect(list.getSnapshot().error?.code).toBe('unavailable')
    await settle(200)
    expect(list.getSnapshot().error).toBeNull()
    vi.restoreAllMocks()
  })

  it('is asked for again where no answer comes (L5)', async () => {
    addJob('a')
    await connect()
    const late = new AbortController()
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(late.signal)
    rest.latencyMs = 20_000
    const { list } = show()
    await settle(1_000)
    expect(timeout).toHaveBeenCalledWith(60_000)
    late.abort()
    await settle(19_100)
    rest.latencyMs = 1
    expect(list.getSnapshot().error?.code).toBe('unavailable')
    await settle(2_000)
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
    expect(rows(list)).toBe('a created 0')
    timeout.mockRestore()
  })

  it('is not asked for before the server wants it (L5)', async () => {
    await connect()
    rest.failures = [429]
    rest.retryAfterSeconds = 20
    const { list } = show()
    await settle(19_000)
    expect(list.getSnapshot().error).toMatchObject({ code: 'rate_limited', retryAfterMs: 20_000 })
    expect(rest.calls).toHaveLength(1)
    await settle(4_000)
    expect(list.getSnapshot().error).toBeNull()
  })

  it('is asked for at once when the network comes back (L5)', async () => {
    vi.stubGlobal('document', new EventTarget())
    vi.stubGlobal('window', new EventTarget())
    await connect()
    const { list } = show()
    rest.failures = [null]
    await settle(10)
    expect(list.getSnapshot().error?.code).toBe('unavailable')
    window.dispatchEvent(new Event('online'))
    await settle(10)
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
    vi.unstubAllGlobals()
  })

  it('is a page more, asked for again by itself (L5)', async () => {
    addJob('a')
    addJob('b')
    await connect()
    const { list } = show({ limit: 1 })
    await settle()
    rest.failures = [503]
    void list.loadMore()
    await settle(3_000)
    expect(rows(list)).toBe('b created 0, a created 0')
  })

  it('hides no job while a page more is loaded', async () => {
    addJob('a')
    addJob('b')
    await connect()
    const { list } = show({ limit: 1 })
    await settle()
    rest.failures = [503]
    createJob('c')
    await settle(0)
    rest.latencyMs = 50
    void list.loadMore()
    await settle(3_000)
    expect(rows(list)).toBe('c created 0, b created 0, a created 0')
    expect(list.getSnapshot().freshness).toBe('live')
  })

  it.each([
    ['asking again is no use', () => {}, 400],
    ['nobody shows it', ({ stop }: Shown) => stop(), 503],
    ['no connection is wanted', () => client.disconnect(), 503],
    ['the client is destroyed', () => client.destroy(), 503],
  ])('is left alone where %s (L5, C7)', async (_why, act, status) => {
    await connect()
    rest.failures = [status]
    const shown = show()
    await settle(100)
    expect(shown.list.getSnapshot().error).not.toBeNull()
    act(shown)
    await settle(120_000)
    expect(rest.calls).toHaveLength(1)
  })

  it('hides no job: one that could not be asked for comes with the whole list', async () => {
    await connect()
    const { list } = show()
    await settle()
    rest.failures = [null]
    createJob('a')
    await settle(2_000)
    expect(rows(list)).toBe('a created 0')
    createJob('b')
    server.jobs.delete('b')
    await settle()
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })

  it('does not lose what was heard during a page that failed', async () => {
    addJob('a')
    addJob('b')
    await connect()
    const { list } = show({ limit: 1 })
    await settle()
    rest.failures = [503]
    rest.latencyMs = 50
    void list.loadMore()
    createJob('c')
    await settle()
    expect(list.getSnapshot()).toMatchObject({ error: { code: 'unavailable' }, freshness: 'catching-up' })
    await settle(3_000)
    expect(rows(list)).toBe('c created 0, b created 0, a created 0')
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })
})
