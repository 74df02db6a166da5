import { jobChannel, type JobView } from '@headway/events'
import { describe, expect, it } from 'vitest'
import type { JobMessage } from './job-message.ts'
import { queueWaitOf } from './queue-wait.ts'
import { emptyJob } from './reduce-job.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'

function queued(version: number, payload: object): JobMessage {
  return {
    type: 'JOB_QUEUED',
    payload: { jobId, operationType: 'x', version, ...payload },
    timestamp: '2030-01-01T00:00:00.000Z',
    channel: jobChannel(jobId),
  } as JobMessage
}

function jobAt(version: number, state: JobView['state'] = 'queued'): JobView {
  return { ...emptyJob(jobId).job, version, state }
}

describe('queueWaitOf (J8)', () => {
  const notBefore = '2030-01-01T00:00:08.000Z'
  const events = [queued(2, { reason: 'created' }), queued(3, { reason: 'busy', notBefore })]

  it('is what the newest message says', () => {
    expect(queueWaitOf(jobAt(3), events)).toMatchObject({ reason: 'busy', notBefore })
  })

  it('is the same object for the same job, so that nothing is drawn anew', () => {
    expect(queueWaitOf(jobAt(3), events)).toBe(queueWaitOf(jobAt(3), [...events]))
  })

  it('is unknown when a snapshot is newer than all messages', () => {
    expect(queueWaitOf(jobAt(4), events)).toBeNull()
  })

  it('is nothing in any other state', () => {
    expect(queueWaitOf(jobAt(4, 'running'), events)).toBeNull()
  })
})
