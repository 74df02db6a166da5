/** The codes of acknowledgements and of REST errors: one list. */
export const ERROR_CODES = [
  'bad_request',
  'unauthorized',
  'token_expired',
  'forbidden',
  'not_found',
  'not_subscribed',
  'conflict',
  'idempotency_mismatch',
  'unsupported_operation',
  'url_not_allowed',
  'payload_too_large',
  'rate_limited',
  'limit_exceeded',
  'unavailable',
  'internal',
] as const

/** A stable code of what was refused or failed, in acknowledgements and REST alike. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** The codes with which a handshake is refused, in `err.data.code` of `connect_error`. */
export type ConnectErrorCode =
  | 'unauthorized'
  | 'token_expired'
  | 'bad_request'
  | 'rate_limited'
  | 'too_many_connections'
  | 'unavailable'
