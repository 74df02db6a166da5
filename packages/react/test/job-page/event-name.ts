import type { JobMessage } from '@headway/client'

/** The same for both copies of a message, which the user's channel and the job's may bring in any order. */
export function eventName({ type, payload, seq }: JobMessage): string {
  return 'version' in payload ? `${type} v${payload.version}` : `${type} ${seq}`
}
