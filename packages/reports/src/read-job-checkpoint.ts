import type { Checkpoint } from '@headway/event-log'
import { partsOf, type RedisClient } from './redis-client.ts'

/** The newest checkpoint of a job that is committed: its copy in Redis, which follows Postgres. Undefined where there is none. */
export async function readJobCheckpoint(redis: RedisClient, jobId: string): Promise<Checkpoint | undefined> {
  return partsOf(redis).offers.checkpoint(jobId)
}
