import { MESSAGE_MAX_BYTES } from '@headway/events'
import { SEND_LIMITS } from '../realtime/backpressure/send-queue.ts'
import { REQUESTS_PER_SECOND, REQUEST_BURST } from '../realtime/handlers/request-budget.ts'
import { MAX_SUBSCRIPTIONS } from '../realtime/handlers/subscribe-job.ts'
import {
  MAX_CONNECTIONS_PER_USER,
  MAX_HANDSHAKES_PER_MINUTE,
} from '../realtime/handshake/connection-limits.ts'
import { MAX_CURSORS } from '../realtime/handshake/read-handshake.ts'
import { EXPIRY_NOTICE_MS } from '../realtime/handshake/token-session.ts'
import { CONNECT_TIMEOUT_MS, PING_INTERVAL_MS, PING_TIMEOUT_MS } from '../realtime/init-realtime-server.ts'
import { HEAD_CHECK_MS } from '../realtime/subscriber-watch.ts'

/** What a socket may do, and how often the server looks after it: the part of `GET /api/limits` about sockets. */
export const SOCKET_LIMITS = {
  packetMaxBytes: MESSAGE_MAX_BYTES,
  connectionsPerUserAndInstance: MAX_CONNECTIONS_PER_USER,
  handshakesPerMinutePerUser: MAX_HANDSHAKES_PER_MINUTE,
  requestBurst: REQUEST_BURST,
  requestsPerSecond: REQUESTS_PER_SECOND,
  waitingMaxPackets: SEND_LIMITS.maxPackets,
  waitingMaxBytes: SEND_LIMITS.maxBytes,
  subscribedJobs: MAX_SUBSCRIPTIONS,
  cursors: MAX_CURSORS,
  connectTimeoutMs: CONNECT_TIMEOUT_MS,
  pingIntervalMs: PING_INTERVAL_MS,
  pingTimeoutMs: PING_TIMEOUT_MS,
  headCheckMs: HEAD_CHECK_MS,
  expiryNoticeMs: EXPIRY_NOTICE_MS,
}
