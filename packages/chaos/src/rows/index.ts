import type { Row } from '../row.ts'
import { killServer } from './01-kill-server.ts'
import { killWorker } from './02-kill-worker.ts'
import { restartRedis } from './03-restart-redis.ts'
import { flush } from './04-flush.ts'
import { emptyFailover } from './05-empty-failover.ts'
import { staleReplica } from './06-stale-replica.ts'
import { killSubscribers } from './07-kill-subscribers.ts'
import { lostLastMessage } from './08-lost-last-message.ts'
import { frozenRedis } from './09-frozen-redis.ts'
import { longOutage } from './11-long-outage.ts'
import { frozenServer } from './12-frozen-server.ts'
import { clientNetwork } from './14-client-network.ts'
import { beyondRetention } from './15-beyond-retention.ts'
import { halfOpenClient } from './17-half-open-client.ts'
import { replayAgainstLive } from './18-replay-against-live.ts'
import { restartPostgres } from './19-restart-postgres.ts'
import { slowTransaction } from './20-slow-transaction.ts'
import { killRelay } from './21-kill-relay.ts'
import { lostReply } from './22-lost-reply.ts'
import { twoRelays } from './23-two-relays.ts'
import { frozenClient } from './25-frozen-client.ts'
import { rollingDeploy } from './26-rolling-deploy.ts'
import { slowReader } from './28-slow-reader.ts'
import { redisOutOfMemory } from './30-redis-out-of-memory.ts'
import { brokenLog } from './32-broken-log.ts'
import { malformedBus } from './36-malformed-bus.ts'
import { jobText } from './40-job-text.ts'

/** Every fault that is rehearsed, by number. */
export const ROWS: readonly Row[] = [
  killServer,
  killWorker,
  restartRedis,
  flush,
  emptyFailover,
  staleReplica,
  killSubscribers,
  lostLastMessage,
  frozenRedis,
  longOutage,
  frozenServer,
  clientNetwork,
  beyondRetention,
  halfOpenClient,
  replayAgainstLive,
  restartPostgres,
  slowTransaction,
  killRelay,
  lostReply,
  twoRelays,
  frozenClient,
  rollingDeploy,
  slowReader,
  redisOutOfMemory,
  brokenLog,
  malformedBus,
  jobText,
]
