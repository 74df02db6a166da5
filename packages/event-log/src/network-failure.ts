const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** True for an error of Node that says that another host can't be reached, or has ended the connection. */
export function isNetworkFailure(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && CODES.has(error.code)
}
