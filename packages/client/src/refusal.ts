import type { ConnectErrorCode } from '@headway/events'

/** What to do about a refused handshake: ask for a new token and dial at once, wait, or give up. */
export type RefusalVerdict = 'renew' | 'retry' | 'reject'

/**
 * Judges a refusal. A refused token is final only after a renewed one was refused too; without a code the network
 * failed, and the network comes back.
 */
export function judgeRefusal(code: ConnectErrorCode | undefined, canRenew: boolean): RefusalVerdict {
  if (code === 'bad_request') return 'reject'
  if (code !== 'unauthorized' && code !== 'token_expired') return 'retry'
  return canRenew ? 'renew' : 'reject'
}
