import { jobsStore, type JobSnapshot } from '@headway/client/jobs'
import { useMemo } from 'react'
import { useRealtimeClient } from './realtime-provider.ts'
import { useStore } from './use-store.ts'

/**
 * Several jobs as they are now, in the order of their ids, each followed as long as it is among them. The array is the
 * same until one of the jobs has changed, and a job's snapshot is the same until that job has.
 *
 * @example
 * const jobs = useJobProgressMultiple(jobIds)
 * return jobs.map((job) => <Row key={job.jobId} job={job} />)
 */
export function useJobProgressMultiple(jobIds: readonly string[]): readonly JobSnapshot[] {
  const client = useRealtimeClient()
  // Applications write the array anew for each render: what counts is what is in it.
  const key = JSON.stringify(jobIds)
  const store = useMemo(() => jobsStore(client, JSON.parse(key) as string[]), [client, key])
  return useStore(store)
}
