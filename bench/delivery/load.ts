/** The load of the comparison: the same for every server. */
const USERS = 100
export const SOCKETS_PER_USER = 2
/** Not counted: the code warms up. */
export const WARM_UP_MESSAGES_PER_USER = 150
export const MESSAGES_PER_USER = 750
export const PAYLOAD_BYTES = 300
/** Each user gets one message in this time, in milliseconds: nobody's server is given more work at once than another's. */
export const ROUND_MS = 10

export const DELIVERIES = USERS * SOCKETS_PER_USER * MESSAGES_PER_USER

export function userIds(run: string): string[] {
  return Array.from({ length: USERS }, (_, n) => `bench-${run}-${n}`)
}
