// @vitest-environment happy-dom
import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import { act, StrictMode, type ReactElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../../client/test/fake-server.ts'
import { render, type Rendered } from '../test/render.ts'
import {
  RealtimeProvider,
  useConnectionEvent,
  useEvent,
  useJobProgress,
  useWebSocketStatus,
  type JobProgress,
} from './index.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
const otherId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5f'
let server: FakeServer
let client: HeadwayClient
let shown: JobProgress[]
let mounted: Rendered | undefined

function Job({ id = jobId }: { id?: string }): ReactElement {
  const job = useJobProgress(id)
  shown.push(job)
  return <p>{`${job.state ?? 'unknown'} ${job.progress}`}</p>
}

function Page({ children }: { children: ReactNode }): ReactElement {
  return (
    <StrictMode>
      <RealtimeProvider client={client}>{children}</RealtimeProvider>
    </StrictMode>
  )
}

async function mount(children: ReactNode): Promise<Rendered> {
  mounted = await render(<Page>{children}</Page>)
  return mounted
}

/** Lets everything on its way arrive and be rendered. */
async function settle(ms = 200): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}

function run(): void {
  server.change(jobId, 'queued', 'JOB_QUEUED')
  server.change(jobId, 'running', 'JOB_STARTED')
  server.change(jobId, 'running', 'JOB_RUNNING')
}

function requestsOf(name: string): number {
  return server.requests.filter((request) => request.name === name).length
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  shown = []
  client = createClient({
    getToken: () => 'token',
    cursors: memoryCursorStore(),
    openTransport: (where, handlers) => server.openTransport(where, handlers),
  })
})

afterEach(async () => {
  await mounted?.unmount()
  mounted = undefined
  client.destroy()
  vi.useRealTimers()
})

describe('useJobProgress', () => {
  it('shows a job from its snapshot to its end', async () => {
    server.addJob(jobId)
    const { container } = await mount(<Job />)
    expect(shown[0]).toMatchObject({ isLoading: true, state: undefined, freshness: 'stale' })
    await settle()
    expect(container.textContent).toBe('created 0')
    run()
    server.progress(jobId, 40)
    await settle()
    expect(container.textContent).toBe('running 40')
    server.change(jobId, 'completed', 'JOB_COMPLETED', { result: { rows: 3 } })
    await settle()
    expect(container.textContent).toBe('completed 100')
    expect(shown.at(-1)).toMatchObject({
      result: { rows: 3 },
      freshness: 'live',
      isLoading: false,
      error: null,
    })
  })

  it('follows once in StrictMode, and leaves with its last component', async () => {
    server.addJob(jobId)
    const page = await mount(
      <>
        <Job />
        <Job />
      </>,
    )
    await settle()
    expect(requestsOf('subscribe:job')).toBe(1)
    expect(server.handshakes).toHaveLength(1)
    await page.rerender(<Page>{null}</Page>)
    await settle(2_000)
    expect(requestsOf('unsubscribe:job')).toBe(1)
  })

  it('shows the other job at once when the id changes', async () => {
    server.addJob(jobId)
    server.addJob(otherId).view.state = 'failed'
    const page = await mount(<Job />)
    await settle()
    await page.rerender(
      <Page>
        <Job id={otherId} />
      </Page>,
    )
    expect(shown.at(-1)).toMatchObject({ jobId: otherId, isLoading: true, state: undefined })
    await settle()
    expect(page.container.textContent).toBe('failed 0')
  })

  it('renders once for a replay of 1,000 messages', async () => {
    server.addJob(jobId)
    await mount(<Job />)
    await settle()
    shown = []
    run()
    for (let n = 1; n <= 1_000; n++) server.progress(jobId, n / 10)
    await settle()
    // StrictMode renders twice what it commits once.
    expect(shown).toHaveLength(2)
    expect(shown[0]?.label).toBe('100 %')
  })

  it('keeps its object and its actions while nothing changes', async () => {
    server.addJob(jobId)
    const page = await mount(<Job />)
    await settle()
    const before = shown.at(-1)
    const length = shown.length
    await page.rerender(
      <Page>
        <Job />
      </Page>,
    )
    expect(shown.length).toBeGreaterThan(length)
    expect(shown.at(-1)).toBe(before)
  })

  it('cancels the job', async () => {
    server.addJob(jobId)
    await mount(<Job />)
    await settle()
    const cancelled = shown.at(-1)?.cancel()
    await settle()
    expect(await cancelled).toEqual({ state: 'running' })
    expect(server.requests).toContainEqual({ name: 'cancel:job', args: [jobId] })
  })
})

describe('an ended job (J1)', () => {
  type Act = 'connect' | 'mount' | 'end'
  const ORDERS: Act[][] = [
    ['connect', 'mount', 'end'],
    ['connect', 'end', 'mount'],
    ['mount', 'connect', 'end'],
    ['mount', 'end', 'connect'],
    ['end', 'connect', 'mount'],
    ['end', 'mount', 'connect'],
  ]
  const MOMENTS = [0, 1, 2, 3, 200]

  let signIn: () => void

  beforeEach(() => {
    const token = new Promise<string>((resolve) => {
      signIn = () => resolve('token')
    })
    client = createClient({
      getToken: () => token,
      cursors: memoryCursorStore(),
      openTransport: (where, handlers) => server.openTransport(where, handlers),
    })
  })

  it.each(ORDERS.flatMap((order) => MOMENTS.map((ms) => [order.join(', '), ms, order] as const)))(
    'is never shown as running: %s, %i ms apart',
    async (_name, ms, order) => {
      server.addJob(jobId)
      run()
      const acts: Record<Act, () => Promise<unknown>> = {
        // A mounted provider connects at once, and waits for the token until here.
        connect: () =>
          act(async () => {
            client.connect()
            signIn()
          }),
        mount: () => mount(<Job />),
        end: () => act(async () => server.change(jobId, 'completed', 'JOB_COMPLETED')),
      }
      for (const name of order) {
        await acts[name]()
        await settle(ms)
      }
      await settle()
      const states = shown.map(({ state }) => state)
      const ended = states.indexOf('completed')
      expect(states.slice(ended)).toEqual(states.slice(ended).fill('completed'))
      // Whoever mounts when all is settled, or connects after the end, sees nothing older at all.
      const isOver = order[0] === 'end' || order.indexOf('end') < order.indexOf('connect')
      const isHeard = ms === 200 && order.join() === 'connect,end,mount'
      expect((isOver || isHeard) && states.includes('running')).toBe(false)
    },
  )
})

describe('other hooks', () => {
  it('show the state of the connection', async () => {
    const states: string[] = []
    function Status(): ReactElement {
      const { state, freshness } = useWebSocketStatus()
      states.push(`${state} ${freshness}`)
      return <p>{state}</p>
    }
    const { container } = await mount(<Status />)
    await settle()
    expect(container.textContent).toBe('connected')
    await act(async () => server.drop())
    await settle()
    expect(states.at(-1)).toBe('reconnecting stale')
    await settle(2_000)
    expect(states.at(-1)).toBe('connected live')
  })

  it('call the newest handler, once per message', async () => {
    const heard: string[] = []
    function Listener({ name }: { name: string }): null {
      useEvent('CUSTOMER_UPDATED', ({ payload }) => heard.push(`${name} ${payload.customerId}`))
      useConnectionEvent('disconnected', ({ reason }) => heard.push(`${name} ${reason}`))
      return null
    }
    const page = await mount(<Listener name="old" />)
    await settle()
    await page.rerender(
      <Page>
        <Listener name="new" />
      </Page>,
    )
    server.publish(server.channel, { type: 'CUSTOMER_UPDATED', payload: { customerId: '7' } })
    await settle()
    await act(async () => server.drop())
    expect(heard).toEqual(['new 7', 'new transport close'])
  })

  it('say what is missing outside of a provider', () => {
    expect(() => renderToString(<Job />)).toThrow('<RealtimeProvider')
  })
})

it('renders on a server as before anything is known', () => {
  const html = renderToString(
    <RealtimeProvider client={client}>
      <Job />
    </RealtimeProvider>,
  )
  expect(html).toBe('<p>unknown 0</p>')
  expect(server.handshakes).toHaveLength(0)
})
