import { CHUNK_MAX_BYTES, TEXT_MAX_BYTES } from '@headway/event-log'
import {
  EVENT_BUFFER_MAX_AGE_MS,
  EVENT_BUFFER_MAX_BYTES,
  EVENT_BUFFER_MAX_SIZE,
  MESSAGE_MAX_BYTES,
  ORDER_LIMITS,
  TEXT_ACK_MAX_BYTES,
} from '@headway/events'
import {
  DEFAULT_ARTIFACT_LIMITS,
  DEFAULT_RETENTION,
  UPLOAD_KEPT_HOURS,
  type ArtifactLimits,
  type RetentionLimits,
} from '@headway/jobs'
import { SEND_LIMITS } from '../realtime/backpressure/send-queue.ts'
import { STREAM_PING_MS } from '../realtime/streams/event-stream.ts'
import { MAX_CONCURRENT_SNAPSHOTS, MAX_WAITING_SNAPSHOTS } from '../snapshot-reads.ts'
import { TOKEN_LEEWAY_SECONDS, TOKEN_MAX_BYTES } from '../auth/token-verifier.ts'
import { IDEMPOTENCY_KEY_MAX_LENGTH, IDEMPOTENCY_KEY_TTL_HOURS } from './idempotency-key.ts'
import { DEFAULT_JOB_LIMITS, type JobLimits } from './job-limits.ts'
import { BODY_MAX_BYTES } from './json-body.ts'
import { JSON_MAX_DEPTH } from './json-problem.ts'
import { LIST_DEFAULT_LIMIT, LIST_MAX_LIMIT } from './limit-parameter.ts'
import { BATCH_MAX_BYTES, DEFAULT_ORDER_ROUTE_LIMITS } from './pending-orders/order-route-limits.ts'
import { SEARCH_MAX_LENGTH } from './pending-orders/search-parameter.ts'
import { SOCKET_LIMITS } from './socket-limits.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from './uploads/upload-limits.ts'

export interface PublishedLimitsOptions {
  /** What a channel keeps for replay, where it is not the default. */
  eventBuffer?: { maxSize: number; maxAgeMs: number; maxBytes: number }
  jobs?: JobLimits
  uploads?: UploadLimits
  /** How much jobs may store, where it is not the default. */
  artifacts?: ArtifactLimits
  /** What is kept of jobs that ended, where it is not the default. */
  retention?: RetentionLimits
  /** How often the server looks after sockets, where it is not the default. */
  sockets?: { headCheckMs: number; pingIntervalMs: number; pingTimeoutMs: number }
}

/** The answer of `GET /api/limits`: everything that a client may run into, so that it need not learn it by errors. */
export function publishedLimits(options: PublishedLimitsOptions) {
  const { eventBuffer, jobs = DEFAULT_JOB_LIMITS, sockets = SOCKET_LIMITS } = options
  const { retention = DEFAULT_RETENTION, artifacts = DEFAULT_ARTIFACT_LIMITS } = options
  const { uploads = DEFAULT_UPLOAD_LIMITS } = options
  const { headCheckMs, pingIntervalMs, pingTimeoutMs } = sockets
  return {
    requests: {
      bodyMaxBytes: BODY_MAX_BYTES,
      bodyMaxDepth: JSON_MAX_DEPTH,
      tokenMaxBytes: TOKEN_MAX_BYTES,
      tokenLeewaySeconds: TOKEN_LEEWAY_SECONDS,
      idempotencyKeyMaxLength: IDEMPOTENCY_KEY_MAX_LENGTH,
      idempotencyKeyTtlHours: IDEMPOTENCY_KEY_TTL_HOURS,
      listDefaultLimit: LIST_DEFAULT_LIMIT,
      listMaxLimit: LIST_MAX_LIMIT,
    },
    jobs: { perMinutePerUser: jobs.jobsPerMinute, unfinishedPerUser: jobs.maxUnfinishedJobs },
    pendingOrders: {
      batchMaxBytes: BATCH_MAX_BYTES,
      batchesPerMinutePerUser: DEFAULT_ORDER_ROUTE_LIMITS.batchesPerMinute,
      deletionsPerMinutePerUser: DEFAULT_ORDER_ROUTE_LIMITS.deletionsPerMinute,
      unsubmittedPerUser: DEFAULT_ORDER_ROUTE_LIMITS.maxUnsubmittedOrders,
      searchMaxLength: SEARCH_MAX_LENGTH,
      ...ORDER_LIMITS,
    },
    retention: { maxAgeDays: retention.maxAgeDays, endedJobsPerUser: retention.maxJobsPerUser },
    messages: {
      maxBytes: MESSAGE_MAX_BYTES,
      bufferMaxMessages: eventBuffer?.maxSize ?? EVENT_BUFFER_MAX_SIZE,
      bufferMaxAgeMs: eventBuffer?.maxAgeMs ?? EVENT_BUFFER_MAX_AGE_MS,
      bufferMaxBytes: eventBuffer?.maxBytes ?? EVENT_BUFFER_MAX_BYTES,
    },
    snapshots: { readingPerInstance: MAX_CONCURRENT_SNAPSHOTS, waitingPerInstance: MAX_WAITING_SNAPSHOTS },
    artifacts: { maxBytes: artifacts.maxBytes, maxBytesPerJob: artifacts.maxBytesPerJob },
    uploads: {
      maxBytes: uploads.maxBytes,
      unusedPerUser: uploads.maxUnused,
      perMinutePerUser: uploads.perMinute,
      keptHours: UPLOAD_KEPT_HOURS,
    },
    text: { maxBytes: TEXT_MAX_BYTES, ackMaxBytes: TEXT_ACK_MAX_BYTES, chunkMaxBytes: CHUNK_MAX_BYTES },
    sockets: { ...SOCKET_LIMITS, headCheckMs, pingIntervalMs, pingTimeoutMs },
    streams: { pingIntervalMs: STREAM_PING_MS, waitingMaxBytes: SEND_LIMITS.maxBytes },
  }
}

export type PublishedLimits = ReturnType<typeof publishedLimits>
