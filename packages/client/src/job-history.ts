import { isOnJobChannel, type JobMessage, type JobNews } from './job-message.ts'

/** Messages kept of a job. */
const MAX_JOB_EVENTS = 1_000

/**
 * Adds a message to the history of a job, newest last, each once: its copy on the job's own channel takes the place of
 * that on the user's, and is not replaced by it.
 */
export function addToHistory(events: readonly JobMessage[], message: JobMessage): readonly JobMessage[] {
  const others = events.filter((held) => held.channel === message.channel || idOf(held) !== idOf(message))
  if (others.length < events.length && !isOnJobChannel(message)) return events
  // Numbers are times, so those of both channels can be compared: a copy that comes late goes before what its job did afterwards.
  const { seq = Infinity } = message
  const index = others.findIndex((held) => (held.seq ?? 0) > seq)
  return bounded(others.toSpliced(index === -1 ? others.length : index, 0, message))
}

/** Of too many the oldest goes; progress, which comes by the hundred, goes before what tells more. */
function bounded(events: readonly JobMessage[]): readonly JobMessage[] {
  if (events.length <= MAX_JOB_EVENTS) return events
  const index = events.findIndex(({ type }) => type === 'JOB_PROGRESS')
  return events.toSpliced(Math.max(0, index), 1)
}

/** What a message has in common with its copy on the other channel; without that, itself. */
function idOf(message: JobMessage): unknown {
  const { version, artifactId }: JobNews = message.payload
  return version ?? artifactId ?? message
}
