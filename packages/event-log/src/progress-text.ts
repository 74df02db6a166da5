import type { Channel, MessageOf } from '@headway/events'

type ProgressPayload = MessageOf<'JOB_PROGRESS'>['payload']

/** The finished packet text of a JOB_PROGRESS for one of its channels. */
export function progressPacketText(channel: Channel, payload: ProgressPayload, timestamp: string): string {
  return JSON.stringify(['event', { type: 'JOB_PROGRESS', payload, timestamp, channel }])
}

/** The same in two parts, for a script that knows the count: `operationType`, `attempt` and `n` go between. */
export function uncountedProgressText(
  channel: Channel,
  known: Pick<ProgressPayload, 'jobId' | 'progress' | 'label'>,
  timestamp: string,
): [before: string, behind: string] {
  const payload = JSON.stringify(known).slice(0, -1)
  const rest = JSON.stringify({ timestamp, channel })
  return [`["event",{"type":"JOB_PROGRESS","payload":${payload},`, `},${rest.slice(1)}]`]
}
