import { JOB_STATES, type JobState } from '@headway/events'
import { useSearchParams } from 'wouter'

export interface JobFilter {
  state?: JobState | undefined
  type?: string | undefined
}

/** The list's filter lives in the address, so that a filtered list can be linked to. */
export function useJobFilter(): [JobFilter, (change: JobFilter) => void] {
  const [params, setParams] = useSearchParams()
  const filter: JobFilter = { state: parseState(params.get('state')), type: params.get('type') ?? undefined }
  const setFilter = (change: JobFilter) => {
    const entries = Object.entries({ ...filter, ...change }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    setParams(new URLSearchParams(entries), { replace: true })
  }
  return [filter, setFilter]
}

function parseState(text: string | null): JobState | undefined {
  return JOB_STATES.find((state) => state === text)
}
