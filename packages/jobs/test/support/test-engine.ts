import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, EventLog, redisReady, type Logger } from '@headway/event-log'
import { jobChannel, userChannel, type Channel, type WebSocketMessage } from '@headway/events'
import { createTestDatabase, services, uniqueUserId } from '@headway/test-kit'
import type { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import {
  openJobs,
  type ArtifactLimits,
  type JobEngine,
  type JobsOptions,
  type RetentionLimits,
  type S3Settings,
} from '../../src/index.ts'

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export interface TestEngine {
  engine: JobEngine
  redis: Redis
  eventLog: EventLog
  databaseUrl: string
  /** What the log of a channel holds, in its order. */
  messages: (channel: Channel) => Promise<WebSocketMessage[]>
}

export interface TestEngineOptions {
  databaseUrl?: string
  redisUrl?: string
  /** @default true */
  waitForRedis?: boolean
  queueName?: string
  sweepIntervalMs?: number
  reconcileIntervalMs?: number
  retention?: RetentionLimits
  artifactsBucket?: S3Settings
  artifactLimits?: ArtifactLimits
}

/** An engine with a queue (and, unless named, a database) of its own; closed when the test has finished. */
export async function openTestEngine({
  redisUrl = services().redisUrl,
  waitForRedis = true,
  queueName = uniqueUserId(),
  ...options
}: TestEngineOptions = {}): Promise<TestEngine> {
  const databaseUrl = options.databaseUrl ?? (await openTestDatabase())
  const artifactsDir = mkdtempSync(join(tmpdir(), 'headway-jobs-'))
  const redis = connectRedis(redisUrl, 'publisher', { logger: silentLogger })
  if (waitForRedis) await redisReady(redis)
  const eventLog = new EventLog(redis)
  const settings: JobsOptions = {
    ...options,
    databaseUrl,
    redis,
    eventLog,
    artifactsDir,
    queueName,
    logger: silentLogger,
  }
  const engine = await openJobs(settings)
  onTestFinished(async () => {
    await engine.close()
    redis.disconnect()
    rmSync(artifactsDir, { recursive: true, force: true })
  })
  return { engine, redis, eventLog, databaseUrl, messages: (channel) => readMessages(redis, channel) }
}

/** An empty database that is dropped when the test has finished. */
export async function openTestDatabase(): Promise<string> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return database.url
}

export async function readMessages(redis: Redis, channel: Channel): Promise<WebSocketMessage[]> {
  const entries = await redis.xrange(`hw:{${channel}}:log`, '-', '+')
  return entries.map(([, fields]) => JSON.parse(fields[fields.indexOf('m') + 1]!)[1] as WebSocketMessage)
}

export interface TestJob {
  userId: string
  jobId: string
  channels: Channel[]
}

/** A job of a new user (or the one named), in the queue. Nothing is published yet. */
export async function createTestJob(engine: JobEngine, userId: string = uniqueUserId()): Promise<TestJob> {
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: { steps: 1 } })
  if (creation.outcome !== 'created') throw new Error(`Not created: ${creation.outcome}`)
  const { jobId } = creation.response
  return { userId, jobId, channels: [userChannel(userId), jobChannel(jobId)] }
}

/** `type`s of messages, for a short comparison. */
export function typesOf(messages: readonly WebSocketMessage[]): string[] {
  return messages.map(({ type }) => type)
}
