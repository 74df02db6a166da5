import { isOnJobChannel, type JobMessage } from './job-message.ts'

/** Messages kept of a job. */
const MAX_JOB_EVENTS = 1_000

/**
 * Adds a message to the history of a job, newest last, each once. The job's own channel tells the order: what came by
 * the user's channel first takes its place once the job's copy is there.
 */
export function addToHistory(
  events: readonly JobMessage[],
  message: JobMessage,
  limit = MAX_JOB_EVENTS,
): readonly JobMessage[] {
  const index = events.findLastIndex((held) => isSameEvent(held, message))
  const held = events[index]
  if (!held) return bounded(insert(events, message), limit)
  if (isOnJobChannel(held) || !isOnJobChannel(message)) return events
  return insert(events.toSpliced(index, 1), message)
}

/** Of too many the oldest goes; progress, which comes by the hundred, goes before what tells more. */
function bounded(events: readonly JobMessage[], limit: number): readonly JobMessage[] {
  if (events.length <= limit) return events
  const index = events.findIndex(({ type }) => type === 'JOB_PROGRESS')
  return events.toSpliced(Math.max(0, index), 1)
}

/** A copy that comes late by the user's channel goes before what its job did afterwards. */
function insert(events: readonly JobMessage[], message: JobMessage): JobMessage[] {
  const version = versionOf(message)
  const isLate = !isOnJobChannel(message) && version !== undefined
  const index = isLate ? events.findIndex((held) => (versionOf(held) ?? 0) > version) : -1
  return index === -1 ? [...events, message] : events.toSpliced(index, 0, message)
}

function isSameEvent(held: JobMessage, message: JobMessage): boolean {
  if (held.type !== message.type) return false
  if (held.channel === message.channel) return held.seq !== undefined && held.seq === message.seq
  const version = versionOf(message)
  if (version !== undefined) return versionOf(held) === version
  return artifactOf(message) !== undefined && artifactOf(held) === artifactOf(message)
}

function versionOf(message: JobMessage): number | undefined {
  return 'version' in message.payload ? message.payload.version : undefined
}

function artifactOf(message: JobMessage): string | undefined {
  return message.type === 'JOB_ARTIFACT' ? message.payload.artifactId : undefined
}
