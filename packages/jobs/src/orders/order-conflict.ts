import type { OrderInput, OrderState } from '@headway/events'
import type { OrderRow } from '../database/database.ts'

/** Why an order of a batch can't be stored. */
export interface OrderConflict {
  id: string
  /**
   * `stale`: it was changed since, or is there already; `gone`: it was deleted since; `locked`: it is on its way into the ERP, or there;
   * `taken`: the id is in use.
   */
  reason: 'stale' | 'gone' | 'locked' | 'taken'
  /** What the change was made from; null where it said nothing. */
  sentVersion: number | null
  /** What is stored; null where that is nothing of the user's. */
  storedVersion: number | null
  state: OrderState | null
}

/** Orders in these states are the ERP's: nobody changes or deletes them. */
const LOCKED_STATES: ReadonlySet<OrderState> = new Set(['submitting', 'submitted'])

export function isLocked(state: OrderState): boolean {
  return LOCKED_STATES.has(state)
}

/**
 * What keeps a change from being stored, given the user's order of that id. Undefined for an order that may be stored.
 *
 * @param isTaken somebody else has an order of that id
 */
export function conflictOf(
  { id, version }: Pick<OrderInput, 'id' | 'version'>,
  stored: Pick<OrderRow, 'version' | 'state'> | undefined,
  isTaken: boolean,
): OrderConflict | undefined {
  const sentVersion = version ?? null
  if (stored === undefined) {
    const nothing = { id, sentVersion, storedVersion: null, state: null }
    // Whoever sends a version speaks of an order of their own: whether somebody else has one is not told.
    if (version !== undefined) return { ...nothing, reason: 'gone' }
    return isTaken ? { ...nothing, reason: 'taken' } : undefined
  }
  const { version: storedVersion, state } = stored
  const conflict = { id, sentVersion, storedVersion, state }
  if (isLocked(state)) return { ...conflict, reason: 'locked' }
  return version === storedVersion ? undefined : { ...conflict, reason: 'stale' }
}
