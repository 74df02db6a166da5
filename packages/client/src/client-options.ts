import type { BackoffOptions } from './backoff.ts'
import type { CursorStore } from './cursor-store.ts'
import { page } from './page.ts'
import type { Scheduler } from './scheduler.ts'
import type { GetToken } from './token-source.ts'
import type { TransportFactory } from './transport.ts'

/** Settings of a client; it needs `getToken` or `token`, and has a default for all else. */
export interface ClientOptions {
  /** Origin of the server, such as `https://jobs.example.com`; the page's own unless given. */
  url?: string
  /**
   * Path of the Socket.IO endpoint.
   *
   * @default '/socket.io'
   */
  path?: string
  /**
   * Answers with a token, or with null when nobody is signed in, which ends in `failed`. Called for the first
   * connection, before the token expires, and once after a refusal. What it throws counts as a network failure, and so does an answer that takes
   * longer than `connectTimeoutMs`: the next attempt asks anew.
   */
  getToken?: GetToken
  /** A fixed token, for scripts. It can't be renewed: refused once more, it is refused for good. */
  token?: string
  /**
   * Where cursors outlive a page.
   *
   * @default sessionCursorStore()
   */
  cursors?: CursorStore
  /** How long to wait between attempts: 1 s, 2 s, … at most 30 s, less up to 10 %. */
  backoff?: BackoffOptions
  /**
   * Longest time for one attempt until the server's `ready`, in milliseconds.
   *
   * @default 20_000
   */
  connectTimeoutMs?: number
  /**
   * Longest time for an answer of the server by the socket, in milliseconds; a REST call has a minute.
   *
   * @default 10_000
   */
  requestTimeoutMs?: number
  /**
   * How long a call of `send` may wait for a connection and its answer, in milliseconds: what a user wanted a minute ago
   * may not be wanted any more.
   *
   * @default 60_000
   */
  sendExpiryMs?: number
  /**
   * How long a job stays followed after its last subscriber left, in milliseconds: another component often mounts
   * for the same job in the same moment.
   *
   * @default 1_000
   */
  lingerMs?: number
  /**
   * Gathers notifications of stores.
   *
   * @default frameScheduler: at most one per frame
   */
  scheduler?: Scheduler
  /**
   * Told what nobody awaits: a listener that threw, a `getToken` that failed.
   *
   * @default the page's `reportError`, else the console
   */
  onError?: (error: unknown) => void
  /**
   * Opens connections.
   *
   * @default socketIoTransport
   */
  openTransport?: TransportFactory
  /** Makes the REST calls. */
  fetch?: typeof fetch
}

/** Makes an error visible that no caller waits for. */
export function reportUnawaited(error: unknown): void {
  // oxlint-disable-next-line no-console -- the last resort outside of a browser
  const report = page.reportError ?? console.error
  report(error)
}
