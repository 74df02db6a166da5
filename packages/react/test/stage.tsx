import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import type { JobState } from '@headway/events'
import { act, StrictMode, type ReactElement, type ReactNode } from 'react'
import { vi } from 'vitest'
import { FakeRest } from '../../client/test/fake-rest.ts'
import { FakeServer } from '../../client/test/fake-server.ts'
import { RealtimeProvider } from '../src/index.ts'
import { render, type Rendered } from './render.ts'

/** A page in StrictMode with a client, and a server without a network behind it. The clock is a fake one. */
export class Stage {
  readonly server = new FakeServer()
  readonly rest = new FakeRest(this.server)
  readonly client: HeadwayClient
  /** Connections wait for it. */
  signIn: () => void = () => {}
  #mounted: Rendered | undefined

  constructor({ isSignedIn = true } = {}) {
    vi.useFakeTimers()
    const token = new Promise<string>((resolve) => {
      this.signIn = () => resolve('token')
    })
    if (isSignedIn) this.signIn()
    this.client = createClient({
      getToken: () => token,
      cursors: memoryCursorStore(),
      fetch: this.rest.fetch,
      openTransport: (where, handlers) => this.server.openTransport(where, handlers),
    })
  }

  /** Shows this, in place of what was shown before. */
  async show(children: ReactNode): Promise<HTMLElement> {
    const page = <Page client={this.client}>{children}</Page>
    if (this.#mounted) await this.#mounted.rerender(page)
    else this.#mounted = await render(page)
    return this.#mounted.container
  }

  /** Lets everything on its way arrive and be rendered. */
  async settle(ms = 200): Promise<void> {
    await act(() => vi.advanceTimersByTimeAsync(ms))
  }

  /** A job that the user has just started. */
  createJob(jobId: string): void {
    this.server.addJob(jobId)
    this.publish(jobId, 'JOB_CREATED', { state: 'created' satisfies JobState, version: 1 })
  }

  /** Sends a message about a job by both channels, or by the job's alone. */
  publish(jobId: string, type: string, payload: object, isForUser = true): void {
    const message = { type, payload: { jobId, operationType: 'rehearse', ...payload } } as never
    if (isForUser) this.server.publish(this.server.channel, message)
    this.server.publish(`job:${jobId}`, message)
  }

  run(jobId: string): void {
    this.server.change(jobId, 'queued', 'JOB_QUEUED')
    this.server.change(jobId, 'running', 'JOB_STARTED')
    this.server.change(jobId, 'running', 'JOB_RUNNING')
  }

  requests(name: string): number {
    return this.server.requests.filter((request) => request.name === name).length
  }

  async close(): Promise<void> {
    await this.#mounted?.unmount()
    this.client.destroy()
    vi.useRealTimers()
  }
}

function Page({ client, children }: { client: HeadwayClient; children: ReactNode }): ReactElement {
  return (
    <StrictMode>
      <RealtimeProvider client={client}>{children}</RealtimeProvider>
    </StrictMode>
  )
}
