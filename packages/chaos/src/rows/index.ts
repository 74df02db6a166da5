import type { Row } from '../row.ts'
import { killServer } from './01-kill-server.ts'
import { restartRedis } from './03-restart-redis.ts'
import { staleReplica } from './06-stale-replica.ts'
import { killSubscribers } from './07-kill-subscribers.ts'
import { lostLastMessage } from './08-lost-last-message.ts'
import { replayAgainstLive } from './18-replay-against-live.ts'
import { killRelay } from './21-kill-relay.ts'

/** Every fault that is rehearsed, by number. */
export const ROWS: readonly Row[] = [
  killServer,
  restartRedis,
  staleReplica,
  killSubscribers,
  lostLastMessage,
  replayAgainstLive,
  killRelay,
]
