/** Service errors that the same request meets again until somebody corrects the settings or the bucket. */
const REFUSALS = new Set([301, 400, 401, 403, 404])
const MISSING = new Set(['NoSuchKey', 'NotFound'])

export interface StorageFailure {
  /** The storage's word for it, such as `AccessDenied`. */
  reason: string
  status?: number | undefined
  cause?: unknown
}

/** The storage of artifacts did not do what it was asked. */
export class ArtifactStorageError extends Error {
  override readonly name = 'ArtifactStorageError'
  /** `unavailable` where another try may help. */
  readonly code: 'unavailable' | 'internal'
  readonly reason: string

  constructor(what: string, { reason, status, cause }: StorageFailure) {
    const isRefused = status !== undefined && REFUSALS.has(status)
    const next = isRefused
      ? 'Check the ARTIFACTS_S3_… settings and the rights of their key'
      : 'Is it reachable?'
    const answer = status === undefined ? reason : `${reason}, status ${status}`
    super(`The artifact storage failed: ${what} (${answer}). ${next}${isRefused ? '.' : ''}`, { cause })
    this.code = isRefused ? 'internal' : 'unavailable'
    this.reason = reason
  }

  get isMissing(): boolean {
    return MISSING.has(this.reason)
  }
}

interface ServiceError {
  name: string
  $metadata: { httpStatusCode?: number }
}

/**
 * What an error of the AWS SDK says, without the parts of the request that it carries (key ids, signatures, what was signed). What did not
 * come from the service, as a connection that was refused, is kept as the cause.
 */
export function toStorageError(error: unknown, what: string): ArtifactStorageError {
  if (error instanceof ArtifactStorageError) return error
  if (isServiceError(error)) {
    return new ArtifactStorageError(what, { reason: error.name, status: error.$metadata.httpStatusCode })
  }
  const { code, name = 'Error' } = error as { code?: string; name?: string }
  return new ArtifactStorageError(what, { reason: code ?? name, cause: error })
}

/** The storage's own error, in whatever wrapping; else the error as it is. */
export function unwrapStorageError(error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ArtifactStorageError) return cause
  }
  return error
}

/** True where the storage says, in whatever wrapping, that there is no such file or folder. */
export function isMissingFile(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ArtifactStorageError) return cause.isMissing
    if ('code' in cause && cause.code === 'ENOENT') return true
  }
  return false
}

function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    '$metadata' in error &&
    typeof (error as Partial<ServiceError>).$metadata?.httpStatusCode === 'number'
  )
}
