import { describe, expect, it } from 'vitest'
import {
  TRANSIENT_EVENT_TYPES,
  isDurableMessage,
  isTerminalEvent,
  isTransientType,
  isWebSocketMessage,
  isWorkflowEvent,
  jobChannel,
  jobIdOf,
  type WebSocketMessage,
} from './index.ts'
import { messageSchema, payloadSchemas } from './schemas.ts'

const jobId = '0190b7d2-0000-4000-8000-000000000001'
const created: WebSocketMessage = {
  type: 'JOB_CREATED',
  payload: { jobId, operationType: 'rehearse', state: 'created', version: 1 },
  timestamp: '2026-01-01T00:00:00.000Z',
  channel: jobChannel(jobId),
  seq: 2,
  prev: 1,
}

describe('messages', () => {
  it('tells durable messages from transient ones', () => {
    const { seq: _seq, prev: _prev, ...unplaced } = created
    expect(isDurableMessage(created)).toBe(true)
    expect(isDurableMessage(unplaced)).toBe(false)
    expect(TRANSIENT_EVENT_TYPES.every(isTransientType)).toBe(true)
    expect(isTransientType('JOB_CREATED')).toBe(false)
  })

  it('knows job messages and the ones that end a job', () => {
    expect(isWorkflowEvent(created)).toBe(true)
    expect(isWorkflowEvent({ type: 'CUSTOMER_UPDATED' })).toBe(false)
    expect(isTerminalEvent({ type: 'JOB_CANCELLED' })).toBe(true)
    expect(isTerminalEvent(created)).toBe(false)
  })

  it('recognises the outer shape of a message in an unknown value', () => {
    expect(isWebSocketMessage(created)).toBe(true)
    for (const value of [null, 'x', {}, { ...created, payload: null }, { ...created, channel: 7 }]) {
      expect(isWebSocketMessage(value)).toBe(false)
    }
  })

  it('validates messages and payloads', () => {
    expect(messageSchema.safeParse(created).success).toBe(true)
    expect(payloadSchemas.JOB_CREATED.safeParse(created.payload).success).toBe(true)
    expect(payloadSchemas.JOB_PROGRESS.safeParse({ jobId, operationType: 'x', progress: 101 }).success).toBe(
      false,
    )
    expect(messageSchema.safeParse({ ...created, channel: 'room' }).success).toBe(false)
  })

  it('reads the job from a channel name, and nothing from another', () => {
    expect(jobIdOf(jobChannel(jobId))).toBe(jobId)
    expect(jobIdOf('user:42')).toBeUndefined()
    expect(jobIdOf('job:../x')).toBeUndefined()
  })
})
