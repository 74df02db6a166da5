import { EventLog } from '@headway/event-log'
import { initRealtimeServer } from '@headway/server'
import { TEST_JWT_SECRET } from '@headway/test-kit'
import type { Contestant } from './contestant.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** Numbered, kept for replay, put in order and healed by the sequencer, with limits for slow readers. */
export const headway: Contestant = {
  async startServer(httpServer, redisUrl) {
    await initRealtimeServer(httpServer, { jwtSecret: TEST_JWT_SECRET, redisUrl, logger: silent })
  },
  createPublisher(redis) {
    const log = new EventLog(redis)
    return (userId, payload) => log.append(`user:${userId}`, { type: 'CUSTOMER_UPDATED', payload })
  },
}
