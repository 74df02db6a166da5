import { JOB_STATES, type JobState, type JobView } from '@headway/events'
import { RequestError } from '../request-error.ts'
import type { KeptJob } from './kept-job.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 100

export interface JobsPage {
  readonly jobs: JobView[]
  readonly nextCursor: string | null
}

/** `GET /api/jobs`: the newest first, page by page. */
export function jobsPage(jobs: readonly KeptJob[], query: URLSearchParams): JobsPage {
  const { state, type, limit, cursor } = parse(query)
  const matching = jobs
    // The order in which they were made tells jobs of the same millisecond apart.
    .map(({ view }, index) => ({ view, place: `${view.createdAt} ${String(index).padStart(9, '0')}` }))
    .filter(
      ({ view }) =>
        (state ?? view.state) === view.state && (type ?? view.operationType) === view.operationType,
    )
    .filter(({ place }) => cursor === undefined || place < cursor)
    .toReversed()
  const page = matching.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = last && matching.length > limit ? Buffer.from(last.place).toString('base64url') : null
  return { jobs: page.map(({ view }) => view), nextCursor }
}

function parse(query: URLSearchParams): {
  state: JobState | undefined
  type: string | undefined
  limit: number
  cursor: string | undefined
} {
  const state = query.get('state') ?? undefined
  const limit = query.get('limit') ?? String(DEFAULT_LIMIT)
  if (state !== undefined && !(JOB_STATES as readonly string[]).includes(state)) throw wrong('state')
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_LIMIT) throw wrong('limit')
  const cursor = query.get('cursor')
  return {
    state: state as JobState | undefined,
    type: query.get('type') ?? undefined,
    limit: Number(limit),
    cursor: cursor === null ? undefined : Buffer.from(cursor, 'base64url').toString(),
  }
}

function wrong(name: string): RequestError {
  const errors = [{ pointer: name, detail: 'is not valid' }]
  return new RequestError('bad_request', `The query parameter ${name} is not valid.`, { errors })
}
