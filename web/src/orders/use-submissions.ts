import { isRequestError } from '@headway/client'
import { startJob } from '@headway/client/jobs'
import { isTerminalState, type JobView } from '@headway/events'
import { useJobs, useRealtimeClient } from '@headway/react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { IdempotencyKeys } from '../start-job/idempotency-keys.ts'

const SUBMIT_ORDER = 'submit-order'
/** The most that a page may have. */
const PAGE_SIZE = 100
/** Where a refusal does not say when to come back. */
const RATE_PAUSE_MS = 1_000

/** The newest job that brings each order into the ERP, by the order's id; of all orders that are on their way. */
export function useSubmissions(): ReadonlyMap<string, JobView> {
  const { jobs, hasMore, isLoadingMore, error, loadMore } = useJobs({ type: SUBMIT_ORDER, limit: PAGE_SIZE })
  // A user's orders go one after the other, the oldest first: those at work stand last in the list.
  const last = jobs.at(-1)
  useEffect(() => {
    const isCut = last !== undefined && isActive(last) && hasMore
    if (isCut && !isLoadingMore && error === null) void loadMore()
  }, [last, hasMore, isLoadingMore, error, loadMore])
  return useMemo(() => {
    const newest = new Map<string, JobView>()
    for (const job of jobs) {
      const orderId = String(job.input['orderId'])
      if (!newest.has(orderId)) newest.set(orderId, job)
    }
    return newest
  }, [jobs])
}

/** Some worker has the job, or is to have it. */
export function isActive(job: JobView): boolean {
  return !isTerminalState(job.state)
}

/**
 * Starts a job for each of the orders, one after the other; those behind a refusal are not started. Where there are more than
 * a user may start in a minute, the rest waits for as long as the server says.
 */
export function useSubmitOrders() {
  const client = useRealtimeClient()
  const keys = useRef(new Map<string, IdempotencyKeys>())
  return useMutation({
    mutationFn: async (orderIds: readonly string[]) => {
      for (const orderId of orderIds) {
        const key = keys.current.get(orderId) ?? new IdempotencyKeys()
        keys.current.set(orderId, key)
        const idempotencyKey = key.keyFor({ orderId })
        await whenAllowed(() => startJob(client, SUBMIT_ORDER, { orderId }, { idempotencyKey }))
        key.renew()
      }
    },
  })
}

async function whenAllowed<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isRequestError(error) || error.code !== 'rate_limited') throw error
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? RATE_PAUSE_MS))
    }
  }
}
