import type { ErrorCode, JobView } from '@headway/events'
import type { FakeServer } from './fake-server.ts'

/**
 * The REST calls of a {@link FakeServer} on its jobs. An answer is made when the call comes in, and takes as long as the
 * test wants: whatever happens meanwhile is not in it.
 */
export class FakeRest {
  readonly #server: FakeServer
  /** Calls seen, in order: method and path. */
  readonly calls: string[] = []
  /** Keys of the jobs that were started, in order; undefined for a start without one. */
  readonly idempotencyKeys: (string | undefined)[] = []
  /** How long answers are on their way, in milliseconds. */
  latencyMs = 1
  /** The next calls that fail: an error of the network for null, else a problem with that status. */
  failures: (number | null)[] = []
  /** When problems say that the call may be made again, in seconds. */
  retryAfterSeconds: number | undefined
  /** So many of the next calls reach the server, but their answers are lost. */
  answersLost = 0
  #started = 0

  constructor(server: FakeServer) {
    this.#server = server
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input as string, 'http://jobs.test')
    this.calls.push(`${init?.method ?? 'GET'} ${url.pathname}${url.search}`)
    const failure = this.failures.shift()
    const response =
      failure === undefined ? this.#answer(url, init) : problem(failure ?? 0, this.retryAfterSeconds)
    await after(this.latencyMs, init?.signal)
    const isLost = this.answersLost > 0 && this.answersLost-- > 0
    if (failure === null || isLost) throw new TypeError('fetch failed')
    return response
  }

  #answer({ pathname, searchParams }: URL, init: RequestInit | undefined): Response {
    if (init?.method === 'POST') return this.#start(init)
    const jobId = pathname.split('/')[3]
    if (jobId === undefined) return Response.json(this.#page(searchParams))
    const job = this.#server.jobs.get(jobId)
    return job ? Response.json(job.view) : problem(404)
  }

  #start({ body, headers }: RequestInit): Response {
    const { type, ...input } = JSON.parse(body as string) as { type: string }
    this.idempotencyKeys.push((headers as Record<string, string>)['idempotency-key'])
    const { view } = this.#server.addJob(`started-${++this.#started}`)
    Object.assign(view, { operationType: type, input })
    return Response.json({ jobId: view.jobId, state: view.state, job: view }, { status: 201 })
  }

  #page(query: URLSearchParams): { jobs: JobView[]; nextCursor: string | null } {
    const state = query.get('state')
    const type = query.get('type')
    const limit = Number(query.get('limit'))
    const cursor = query.get('cursor')
    const matching = [...this.#server.jobs.values()]
      .map(({ view }) => view)
      .filter(
        (job) => (state ?? job.state) === job.state && (type ?? job.operationType) === job.operationType,
      )
      .filter((job) => cursor === null || placeOf(job) < cursor)
      .toSorted((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
    const jobs = matching.slice(0, limit)
    const last = jobs.at(-1)
    return { jobs, nextCursor: last && matching.length > limit ? placeOf(last) : null }
  }
}

function placeOf({ createdAt, jobId }: JobView): string {
  return `${createdAt} ${jobId}`
}

const CODES: Record<number, ErrorCode> = { 400: 'bad_request', 404: 'not_found', 429: 'rate_limited' }

function problem(status: number, retryAfterSeconds?: number): Response {
  const code = CODES[status] ?? 'unavailable'
  const headers = { ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }) }
  return Response.json({ code, detail: `failed: ${code}` }, { status: status || 503, headers })
}

async function after(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  signal?.throwIfAborted()
}
