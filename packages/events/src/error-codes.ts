/** The HTTP status that an error of each code has where its call does not say otherwise. */
export const ERROR_STATUSES = {
  bad_request: 400,
  unauthorized: 401,
  token_expired: 401,
  forbidden: 403,
  not_found: 404,
  not_subscribed: 409,
  conflict: 409,
  idempotency_mismatch: 422,
  unsupported_operation: 400,
  url_not_allowed: 400,
  payload_too_large: 413,
  rate_limited: 429,
  limit_exceeded: 429,
  unavailable: 503,
  internal: 500,
} as const

/** A stable code of what was refused or failed, in acknowledgements and REST alike. */
export type ErrorCode = keyof typeof ERROR_STATUSES

/** The codes of acknowledgements and of REST errors: one list. */
export const ERROR_CODES = Object.keys(ERROR_STATUSES) as readonly ErrorCode[]

/** The codes with which a handshake is refused, in `err.data.code` of `connect_error`. */
export type ConnectErrorCode =
  | 'unauthorized'
  | 'token_expired'
  | 'bad_request'
  | 'rate_limited'
  | 'too_many_connections'
  | 'unavailable'
