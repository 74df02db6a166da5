import { jobChannel, type JobState } from '@headway/events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer, type Delivery } from '../test/fake-server.ts'
import { pick, seededRandom } from '../test/seeded-random.ts'
import { createClient } from './create-client.ts'
import { memoryCursorStore } from './cursor-store.ts'
import type { HeadwayClient } from './headway-client.ts'
import { jobStore, watchJobs } from './job-stores.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
const channel = jobChannel(jobId)
let server: FakeServer
let client: HeadwayClient

function createFor(target: FakeServer): HeadwayClient {
  return createClient({
    getToken: () => 'token',
    cursors: memoryCursorStore(),
    openTransport: (where, handlers) => target.openTransport(where, handlers),
  })
}

/** Lets everything on its way arrive. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(50)
}

function requestsOf(name: string): number {
  return server.requests.filter((request) => request.name === name).length
}

/** Follows the job and keeps every state that a component would have shown. */
function watch(): { states: (JobState | undefined)[]; unsubscribe: () => void } {
  const store = jobStore(client, jobId)
  const states = [store.getSnapshot().state]
  const unsubscribe = store.subscribe(() => states.push(store.getSnapshot().state))
  return { states, unsubscribe }
}

function run(): void {
  server.change(jobId, 'queued', 'JOB_QUEUED')
  server.change(jobId, 'running', 'JOB_STARTED')
  server.change(jobId, 'running', 'JOB_RUNNING')
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  client = createFor(server)
  watchJobs(client)
})

afterEach(() => {
  client.destroy()
  vi.useRealTimers()
})

describe('following (J4)', () => {
  it('follows once for all subscribers and leaves a moment after the last', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    const undo = [jobStore(client, jobId).subscribe(() => {}), client.subscribe(jobId, () => {})]
    await settle()
    expect(requestsOf('subscribe:job')).toBe(1)
    undo[0]?.()
    undo[0]?.()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(requestsOf('unsubscribe:job')).toBe(0)
    undo[1]?.()
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

describe('an ended job (J1)', () => {
  const acts = {
    connect: () => client.connect(),
    mount: () => void watch(),
    end: () => server.change(jobId, 'completed', 'JOB_COMPLETED'),
  }
  type Act = keyof typeof acts

  const ORDERS: Act[][] = [
    ['connect', 'mount', 'end'],
    ['connect', 'end', 'mount'],
    ['mount', 'connect', 'end'],
    ['mount', 'end', 'connect'],
    ['end', 'connect', 'mount'],
    ['end', 'mount', 'connect'],
  ]

  it.each(
    ORDERS.flatMap((order) =>
      [true, false].map((isSettling) => [order.join(', '), order, isSettling] as const),
    ),
  )('is never shown as running: %s', async (_name, order, isSettling) => {
    server.addJob(jobId)
    run()
    for (const act of order) {
      acts[act]()
      if (isSettling) await settle()
    }
    await settle()
    const shown = jobStore(client, jobId).getSnapshot()
    expect(shown).toMatchObject({ state: 'completed', progress: 100, freshness: 'live', isLoading: false })
  })

  it.each(['user', 'job'] as const)(
    'is known to have ended when only the %s channel says so',
    async (told) => {
      server.addJob(jobId)
      client.connect()
      await settle()
      const { states } = watch()
      run()
      await settle()
      server.change(jobId, 'completed', 'JOB_COMPLETED', {}, { user: 'lost', job: 'lost', [told]: 'sent' })
      await settle()
      server.progress(jobId, 50)
      await settle()
      expect(states.at(-1)).toBe('completed')
      expect(states.indexOf('completed')).toBe(states.length - 1)
    },
  )

  it('is known although nobody followed it and the news was lost', async () => {
    server.addJob(jobId)
    client.connect()
    await settle()
    const first = watch()
    run()
    await settle()
    first.unsubscribe()
    await vi.advanceTimersByTimeAsync(2_000)
    server.drop()
    server.change(jobId, 'completed', 'JOB_COMPLETED')
    server.log(server.channel).wipe()
    await vi.advanceTimersByTimeAsync(2_000)
    const second = watch()
    await settle()
    expect(second.states).not.toContain('running')
    expect(second.states.at(-1)).toBe('completed')
  })
})

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
    const freshness = (): string => jobStore(client, jobId).getSnapshot().freshness
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
})

describe('stores (S1, S2)', () => {
  it('notifies once for a replay of 1,000 messages, and last of all with the newest', async () => {
    server.addJob(jobId)
    client.connect()
    const listener = vi.fn<() => void>()
    const store = jobStore(client, jobId)
    store.subscribe(listener)
    await settle()
    listener.mockClear()
    run()
    for (let n = 1; n <= 1_000; n++) server.progress(jobId, n / 10)
    await settle()
    expect(listener).toHaveBeenCalledTimes(1)
    expect(store.getSnapshot()).toMatchObject({ progress: 100, label: '100 %' })
    expect(store.getSnapshot()).toBe(store.getSnapshot())
  })

  it('keeps no more than 100 jobs that nobody follows', async () => {
    client.connect()
    await settle()
    const jobIds = Array.from(
      { length: 150 },
      (_, n) => `0b0e9b3c-6a5e-4f1d-9d5e-${String(n).padStart(12, '0')}`,
    )
    for (const id of jobIds) {
      server.addJob(id)
      server.change(id, 'queued', 'JOB_QUEUED')
    }
    await settle()
    const stateOf = (index: number): unknown => jobStore(client, jobIds[index] as string).getSnapshot().state
    expect(stateOf(149)).toBe('queued')
    expect(stateOf(0)).toBeUndefined()
  })
})

describe('anything that can happen', () => {
  const DELIVERIES: Delivery[] = ['sent', 'sent', 'sent', 'lost', 'twice']
  const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1)

  it.each(SEEDS)('ends with the server’s truth, seed %i (D1, D2, J1, J2)', async (seed) => {
    const random = seededRandom(seed)
    const job = server.addJob(jobId)
    const heard: number[] = []
    let version = 0
    client.onAny(({ channel, seq }) => void (channel === server.channel && seq && heard.push(seq)))
    const store = jobStore(client, jobId)
    let unsubscribe: (() => void) | undefined
    const delivery = (): Delivery => pick(random, DELIVERIES)
    const actions: (() => void)[] = [
      () => client.connect(),
      () => client.disconnect(),
      () => server.drop(),
      () => void (unsubscribe ??= store.subscribe(() => {})),
      () => {
        unsubscribe?.()
        unsubscribe = undefined
      },
      () => job.view.attempt > 0 && server.write(jobId, pick(random, ['é🚀', 'abc', 'ß\n']), delivery()),
      () => job.view.state === 'running' && server.progress(jobId, Math.floor(random() * 100)),
      () => server.log(channel).trim(1),
      () => server.log(server.channel).wipe(),
      () => void (server.refusals = [null, 'unavailable']),
      () => {
        const [state, type] = pick(random, [
          ['queued', 'JOB_QUEUED'],
          ['running', 'JOB_STARTED'],
          ['running', 'JOB_RUNNING'],
          ['completed', 'JOB_COMPLETED'],
        ] as const)
        if (state === 'running' || job.view.state !== 'completed') {
          server.change(jobId, state, type, {}, { user: delivery(), job: delivery() })
        }
      },
    ]
    for (let step = 0; step < 80; step++) {
      pick(random, actions)()
      await vi.advanceTimersByTimeAsync(pick(random, [0, 1, 2, 30, 1_500]))
      const { job: view, text } = store.getSnapshot()
      const here = `step ${step}`
      expect(heard, here).toEqual([...new Set(heard)].toSorted((a, b) => a - b))
      expect(job.text.toString().startsWith(text), here).toBe(true)
      expect(view?.version ?? 0, here).toBeLessThanOrEqual(job.view.version)
      version = unsubscribe ? Math.max(version, view?.version ?? 0) : 0
      expect(view?.version ?? version, here).toBeGreaterThanOrEqual(version)
    }
    server.refusals = []
    client.connect()
    unsubscribe ??= store.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(40_000)
    // The last message of a channel leaves no gap: whatever comes next, or a wake, tells.
    server.change(jobId, job.view.state, 'JOB_RUNNING')
    server.write(jobId, '.')
    await vi.advanceTimersByTimeAsync(40_000)
    const shown = store.getSnapshot()
    expect(shown).toMatchObject({ freshness: 'live', text: job.text.toString() })
    expect(shown.job?.version).toBe(job.view.version)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', freshness: 'live' })
  })
})
