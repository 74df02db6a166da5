import { MESSAGE_MAX_BYTES, type Channel } from '@headway/events'

/** A message is larger than the protocol allows. Keep the value elsewhere and name it by a pointer. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError'
  readonly code = 'payload_too_large'
  readonly bytes: number

  constructor(type: string, channel: Channel, bytes: number) {
    super(
      `${type} on ${channel} has ${bytes} bytes, more than the ${MESSAGE_MAX_BYTES} a message may have. ` +
        `Keep the value in the job or the database and send a pointer to it.`,
    )
    this.bytes = bytes
  }
}

/** A script answered with a code that its header does not name: code and scripts are of different versions. */
export class UnexpectedReplyError extends Error {
  override readonly name = 'UnexpectedReplyError'
  readonly code = 'internal'

  constructor(script: string, reply: unknown) {
    super(`The script ${script} answered ${JSON.stringify(reply)}. Are all processes of the same version?`)
  }
}

/** So many reports wait that no more are taken: no server reads them. Nothing was added; try again later. */
export class ReportsFullError extends Error {
  override readonly name = 'ReportsFullError'
  readonly code = 'unavailable'

  constructor(waiting: number) {
    super(
      `${waiting} reports wait in Redis and nobody reads them. Is a Headway server running? Try again later.`,
    )
  }
}
