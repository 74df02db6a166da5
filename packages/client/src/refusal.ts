import type { ConnectErrorCode } from '@headway/events'

/** What to do about a refused handshake: ask for a new token and dial at once, wait, or give up. */
export type RefusalVerdict = 'renew' | 'retry' | 'reject'

/**
 * Judges a refusal. A refused token is final only after a renewed one was refused too; without a code the network
 * failed, and the network comes back.
 */
export function judgeRefusal(code: ConnectErrorCode | undefined, canRenew: boolean): RefusalVerdict {
  switch (code) {
    case 'unauthorized':
    case 'token_expired':
      return canRenew ? 'renew' : 'reject'
    case 'bad_request':
      return 'reject'
    case 'rate_limited':
    case 'too_many_connections':
    case 'unavailable':
    case undefined:
      return 'retry'
    default:
      code satisfies never
      return 'retry'
  }
}
