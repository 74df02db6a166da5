/** Brings one socket from where it stands to where its room stands. */
export interface CatchUp {
  /** Reads what the socket misses. */
  read(): Promise<void>
  /** Sends of it what the room has had, at once; true if the socket stands where the room stands. */
  send(): boolean
  /** Makes the room read on, so that it can't stay behind what was read. */
  advanceRoom(): Promise<void>
}

/**
 * Catches a socket up and calls `arrive` in the very step in which it stands where its room stands: what it does
 * then (let the socket into the room, acknowledge) has no gap and no repetition before it. A log read that came back
 * empty proves nothing, since the room may have moved meanwhile; so it reads until both agree.
 *
 * @returns false if the socket closed on the way
 */
export async function bringToFront(
  catchUps: CatchUp[],
  isOpen: () => boolean,
  arrive: () => void,
): Promise<boolean> {
  for (;;) {
    await Promise.all(catchUps.map((catchUp) => catchUp.read()))
    if (!isOpen()) return false
    // All of them send, whether or not an earlier one has arrived.
    const arrivals = catchUps.map((catchUp) => catchUp.send())
    if (arrivals.every(Boolean)) {
      arrive()
      return true
    }
    await Promise.all(catchUps.map((catchUp) => catchUp.advanceRoom()))
  }
}
