/** Whether a handshake was refused, or a connection closed, for its token: another token may do. */
export function isTokenRefusal(code: string | undefined): boolean {
  return code === 'unauthorized' || code === 'token_expired'
}

/**
 * Whether another attempt can't help. A refused token is final only after a renewed one was refused too; without a code
 * the network failed, and the network comes back.
 *
 * @param lastCode Why the attempt before was refused.
 */
export function isFinalRefusal(code: string | undefined, lastCode: string | undefined): boolean {
  return code === 'bad_request' || (isTokenRefusal(code) && isTokenRefusal(lastCode))
}
