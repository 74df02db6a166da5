import { isTerminalState, type JobView } from '@headway/events'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'

export interface JobChanges {
  canCancel: boolean
  canResume: boolean
  /** A cancel is under way and the worker has not let go yet. */
  isCancelling: boolean
  isResuming: boolean
  /** Why the last change was refused. */
  refusal: Error | null
  cancel: () => void
  resume: () => void
}

/** Cancelling and resuming a job; what comes of it is told by the job's events. */
export function useJobChanges(job: JobView): JobChanges {
  const api = useApi()
  const queries = useQueryClient()
  const onSuccess = (changed: JobView) => {
    queries.setQueryData(queryKeys.job(job.jobId), changed)
  }
  const cancel = useMutation({
    mutationFn: () => api.cancelJob(job.jobId),
    onSuccess,
    onError: (error) => showRefusal('The job was not cancelled', error),
  })
  const resume = useMutation({
    mutationFn: () => api.resumeJob(job.jobId),
    onSuccess,
    onError: (error) => showRefusal('The job was not resumed', error),
  })
  const isActive = !isTerminalState(job.state)
  const wasAsked = cancel.data?.cancelRequested === true && cancel.data.attempt === job.attempt
  const isCancelling = isActive && (job.cancelRequested || cancel.isPending || wasAsked)
  return {
    canCancel: isActive,
    canResume: job.state === 'failed' || job.state === 'cancelled',
    isCancelling,
    isResuming: resume.isPending,
    refusal: cancel.error ?? resume.error,
    cancel: () => cancel.mutate(),
    resume: () => resume.mutate(),
  }
}

function showRefusal(title: string, error: Error): void {
  notifications.show({ title, message: error.message, color: 'red' })
}
