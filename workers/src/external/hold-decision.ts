import type { OfferState } from '@headway/event-log'

/** How long a worker may be silent when Redis could not have heard it, in milliseconds. */
export const SILENCE_AFTER_OUTAGE_MS = 15_000

/** A worker may take an attempt in one command, and say that it is at it in the next. */
const FIRST_SIGN_MS = 3_000

/** How often an offer that nobody takes is looked for in the list, in milliseconds. */
export const OFFER_CHECK_MS = 5_000

/**
 * What is known of an attempt that a worker elsewhere is to run:
 *
 *     offered ──a worker has it──▶ taken ──its worker falls silent, or Redis forgets it──▶ lost
 */
export interface HoldState {
  phase: 'offered' | 'taken'
  /** A worker that says nothing is not lost before. By the same clock as `nowMs`. */
  patientUntilMs: number
  offerSeenAtMs: number
}

/** What a look at Redis has shown; `away` where it did not answer. */
export type Sighting = 'away' | OfferState

export type HoldAction =
  | 'none'
  /** Begin to count the time that the attempt may take. */
  | 'start-clock'
  /** Redis has forgotten an attempt that nobody has: tell it again. */
  | 'restore'
  /** Redis has forgotten what a worker has written: another attempt begins behind its last checkpoint. */
  | 'begin-anew'
  /** See whether the offer is still in the list. */
  | 'check-offer'
  /** The worker is gone: let another attempt begin. */
  | 'give-up'

export function offeredAt(nowMs: number): HoldState {
  return { phase: 'offered', patientUntilMs: nowMs, offerSeenAtMs: nowMs }
}

/** Decides what to do after a look at Redis, and what is known from then on. */
export function decideHold(
  state: HoldState,
  seen: Sighting,
  nowMs: number,
): { state: HoldState; action: HoldAction } {
  const patient = { ...state, patientUntilMs: nowMs + SILENCE_AFTER_OUTAGE_MS }
  if (seen === 'away') return { state: patient, action: 'none' }
  if (!seen.isFenceKnown) {
    const action = state.phase === 'taken' ? 'begin-anew' : 'restore'
    return { state: { ...patient, offerSeenAtMs: nowMs }, action }
  }
  if (state.phase === 'taken') {
    const isLost = !seen.isAlive && nowMs >= state.patientUntilMs
    return { state, action: isLost ? 'give-up' : 'none' }
  }
  if (seen.worker !== undefined) {
    const patientUntilMs = Math.max(state.patientUntilMs, nowMs + FIRST_SIGN_MS)
    return { state: { ...state, phase: 'taken', patientUntilMs }, action: 'start-clock' }
  }
  if (nowMs - state.offerSeenAtMs < OFFER_CHECK_MS) return { state, action: 'none' }
  return { state: { ...state, offerSeenAtMs: nowMs }, action: 'check-offer' }
}
