import { jobChannel, type MessageOf } from '@headway/events'

/** Most text in one JOB_CHUNK, in bytes: JSON may escape a byte to six, and a message has at most 64 KiB. */
export const CHUNK_MAX_BYTES = 8_192

/** The finished packet text of a JOB_CHUNK: what the text log publishes, and what an instance heals a gap with. */
export function chunkPacketText(payload: MessageOf<'JOB_CHUNK'>['payload']): string {
  return JSON.stringify([
    'event',
    { type: 'JOB_CHUNK', payload, timestamp: new Date().toISOString(), channel: jobChannel(payload.jobId) },
  ])
}

/** The same in two parts, for a script that knows the place of the text: `operationType`, `attempt`, `offset` and `end` go between. */
export function unplacedChunkText(jobId: string, text: string): [before: string, behind: string] {
  const payload = JSON.stringify({ jobId, text }).slice(0, -1)
  const rest = JSON.stringify({ timestamp: new Date().toISOString(), channel: jobChannel(jobId) })
  return [`["event",{"type":"JOB_CHUNK","payload":${payload},`, `},${rest.slice(1)}]`]
}
