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
