import { EventLog, ProgressLog, ReportStream, TextLog, WorkOffers } from '@headway/event-log'

/** What these functions need of a Redis client: an ioredis of any version, also one that is not the version of this package. */
export interface RedisClient {
  /** GET. */
  get(key: string): Promise<string | null>
  /** PUBLISH. */
  publish(channel: string, message: string): Promise<number>
  /** Adds a method that runs a script. */
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number }): void
}

/** The parts of the event log that a worker writes to, over one connection. */
export interface ReportParts {
  eventLog: EventLog
  progressLog: ProgressLog
  textLog: TextLog
  reports: ReportStream
  offers: WorkOffers
}

type Ioredis = ConstructorParameters<typeof EventLog>[0]

const known = new WeakMap<RedisClient, ReportParts>()

/** Made once per connection, so that the functions can be called with nothing but it. */
export function partsOf(client: RedisClient): ReportParts {
  const parts = known.get(client)
  if (parts !== undefined) return parts
  // The classes of two versions of ioredis are different types, and the same at run time in all that is used here.
  const redis = client as unknown as Ioredis
  const made = {
    eventLog: new EventLog(redis),
    progressLog: new ProgressLog(redis),
    textLog: new TextLog(redis),
    reports: new ReportStream(redis),
    offers: new WorkOffers(redis),
  }
  known.set(client, made)
  return made
}
