/** The tables could not be brought up to date; nothing has changed. The process can't work with them. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError'
  readonly code = 'internal'

  constructor(migration: string | undefined, cause: unknown) {
    const what =
      migration === undefined ? 'The database could not be prepared' : `Migration ${migration} failed`
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`${what}: ${why}. Nothing was changed; correct the cause and start again.`, { cause })
  }
}

/** Postgres can't be reached at the start. Correct its address, or start it. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError'
  readonly code = 'unavailable'

  constructor(url: string, cause: unknown) {
    const { message, code } = cause as { message?: string; code?: string }
    super(
      `Postgres at ${addressOf(url)} can't be used: ${message || code}. Is it running, and is DATABASE_URL right?`,
      { cause },
    )
  }
}

/** Without the user and the password, wherever they stand in what was to be a URL. */
function addressOf(url: string): string {
  const { protocol, host, pathname } = URL.canParse(url) ? new URL(url) : {}
  if (protocol === 'postgres:' || protocol === 'postgresql:') return `${host}${pathname}`
  return 'an address that is not of the form postgres://user:password@host/database'
}

/** Postgres can't be reached, or was lost under a statement: whether that was carried out is not known. Try again when it is back. */
export class DatabaseAwayError extends Error {
  override readonly name: string = 'DatabaseAwayError'
  readonly code = 'unavailable'

  constructor(reason: string | Error) {
    super(
      typeof reason === 'string' ? reason : `Postgres can't be reached right now: ${wordsOf(reason)}.`,
      typeof reason === 'string' ? {} : { cause: reason },
    )
  }
}

/** Where a name has several addresses and none answers, the code alone has words. */
function wordsOf({ message, code }: Error & { code?: string }): string {
  return message || String(code)
}

/** Postgres has said nothing for so long that nothing is expected any more. Whether the statement was carried out is not known. */
export class DatabaseTimeoutError extends DatabaseAwayError {
  override readonly name = 'DatabaseTimeoutError'

  constructor(waitedMs: number) {
    super(
      `Postgres has not answered for ${waitedMs} ms; the connection was given up. Is it frozen, or the network? DATABASE_QUERY_TIMEOUT_MS is the limit.`,
    )
  }
}

/** A page cursor that no page of ours has named. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError'
  readonly code = 'bad_request'

  constructor() {
    super(
      'The cursor is not one of ours. Use `nextCursor` of the page before unchanged, or none for the first page.',
    )
  }
}

/** An artifact is larger than may be stored. Nothing of it is kept, and another try with the same bytes is no use. */
export class ArtifactTooLargeError extends Error {
  override readonly name = 'ArtifactTooLargeError'
  readonly code = 'payload_too_large'

  /** For one artifact of more bytes than one may have. */
  static ofArtifact(maxBytes: number): ArtifactTooLargeError {
    return new ArtifactTooLargeError(
      `The artifact has more than the ${maxBytes} bytes that one may have. Store less, or raise ARTIFACT_MAX_BYTES.`,
    )
  }

  /** For the artifact with which a job would have more than all of its own may have. */
  static ofJob(bytes: number, maxBytes: number): ArtifactTooLargeError {
    return new ArtifactTooLargeError(
      `With this artifact the job would have ${bytes} bytes of them, more than the ${maxBytes} that one may have. Store less, or raise ARTIFACT_MAX_BYTES_PER_JOB.`,
    )
  }
}

/** Redis can't take a job into the queue now. The outbox keeps the job's turn and tries again. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError'
  readonly code = 'unavailable'

  constructor(reason: string, options?: ErrorOptions) {
    super(`The job queue can't be reached: ${reason}. Its entries wait in the outbox.`, options)
  }
}
