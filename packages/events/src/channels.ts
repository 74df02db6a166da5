/** The ordered events of one user, of one job, or of all. Also the name of its Socket.IO room. */
export type Channel = `user:${string}` | `job:${string}` | 'all'

/** The channel of `broadcastToAll`; every socket follows it. */
export const ALL_CHANNEL = 'all' satisfies Channel

/** User ids become Redis keys and room names, so only these characters are let in. */
export const USER_ID_PATTERN = /^[A-Za-z0-9._@|:-]{1,128}$/

/** Job ids are UUIDs. */
export const JOB_ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The channel of a user. */
export function userChannel(userId: string): Channel {
  return `user:${userId}`
}

/** The channel of a job. */
export function jobChannel(jobId: string): `job:${string}` {
  return `job:${jobId}`
}

/** The job a channel belongs to, or undefined for a channel of another kind. */
export function jobIdOf(channel: string): string | undefined {
  const jobId = channel.startsWith('job:') ? channel.slice(4) : ''
  return JOB_ID_PATTERN.test(jobId) ? jobId : undefined
}
