import { randomUUID } from 'node:crypto'
import type { EventLogOptions } from '@headway/event-log'
import { jobChannel, userChannel, type Channel, type MessageOf, type OutgoingMessage } from '@headway/events'
import type { Attempt, JobEngine } from '@headway/jobs'
import {
  createJobRoutes,
  createTokenVerifier,
  type HeadwayServer,
  type RealtimeOptions,
} from '@headway/server'
import { TEST_JWT_SECRET, uniqueUserId } from '@headway/test-kit'
import express, { type Express } from 'express'
import { EventSource } from './event-source.ts'
import { openEngine, openRealtime, silent, type RealtimeFixture } from './realtime-fixture.ts'

interface OpenOptions extends Partial<RealtimeOptions> {
  log?: EventLogOptions
}

type ReadOptions = Parameters<typeof EventSource.open>[1] & { query?: string }

export interface JobEventsFixture extends RealtimeFixture {
  engine: JobEngine
  userId: string
  jobId: string
  channel: Channel
  /** Claims the job as a worker does. */
  claim(dispatch?: number): Promise<Attempt>
  /** Opens the stream of the job, as its user. */
  read(options?: ReadOptions): Promise<EventSource>
  /** Appends the step of that number to the job's channel. */
  step(index: number): Promise<void>
}

/** A server with streams, a user, and a job of his that a worker can claim. */
export async function openJobEvents({ log, ...options }: OpenOptions = {}): Promise<JobEventsFixture> {
  const { eventLog } = await openRealtime({ ...options, ...(log === undefined ? {} : { log }) })
  const engine = await openEngine(eventLog)
  const server = await serveEvents({ ...options, engine, eventLog })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome === 'idempotency_mismatch') throw new Error(creation.outcome)
  const { jobId } = creation.response
  const channel = jobChannel(jobId)
  await engine.relay.flush([userChannel(userId), channel])
  return {
    ...server,
    engine,
    userId,
    jobId,
    channel,
    async claim(dispatch = 1) {
      const attempt = await engine.attempts.claim({
        jobId,
        dispatch,
        workerId: randomUUID(),
        leaseMs: 60_000,
      })
      if (!attempt) throw new Error('not claimed')
      await attempt.running()
      return attempt
    },
    read: ({ query = '', ...reader } = {}) =>
      EventSource.open(`${server.url}/api/jobs/${jobId}/events${query}`, { userId, ...reader }),
    async step(index) {
      await eventLog.append(channel, stepMessage(jobId, index))
    },
  }
}

/** An instance with job routes and sockets. */
export async function serveEvents(
  options: Partial<RealtimeOptions> & { engine: JobEngine },
): Promise<RealtimeFixture> {
  const app: Express = express()
  const server = await openRealtime({ ...options, listener: app })
  const verifier = createTokenVerifier({ jwtSecret: TEST_JWT_SECRET })
  const { jobStreams }: HeadwayServer = server.io
  app.use('/api', createJobRoutes({ engine: options.engine, verifier, logger: silent, jobStreams }))
  return server
}

export function stepMessage(jobId: string, index: number, name = 'a step'): OutgoingMessage<'JOB_STEP'> {
  return {
    type: 'JOB_STEP',
    payload: { jobId, operationType: 'rehearse', step: name, index, status: 'completed' },
  }
}

/** The numbers of the steps that a reader was told of. */
export function stepsOf({ messages }: EventSource): number[] {
  return messages
    .filter((message): message is MessageOf<'JOB_STEP'> & { seq: number } => message.type === 'JOB_STEP')
    .map(({ payload }) => payload.index)
}
