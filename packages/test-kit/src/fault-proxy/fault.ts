/**
 * What a {@link FaultProxy} does to the bytes that pass it:
 * - `pass`: nothing.
 * - `latency`: holds every chunk for so long, more by up to `jitterMs`; the order stays.
 * - `bandwidth`: lets so many bytes per second through, in each direction of each connection.
 * - `blackhole`: keeps both ends open and swallows everything, the end of a connection included: half-open.
 *   A connection that has lost bytes is reset when the fault ends.
 * - `refuse`: resets new connections; those that are open go on.
 * - `cutAfter`: resets a connection once the server has sent so many more bytes; those beyond are lost.
 */
export type Fault =
  | { readonly mode: 'pass' }
  | { readonly mode: 'latency'; readonly ms: number; readonly jitterMs?: number }
  | { readonly mode: 'bandwidth'; readonly bytesPerSecond: number }
  | { readonly mode: 'blackhole' }
  | { readonly mode: 'refuse' }
  | { readonly mode: 'cutAfter'; readonly bytes: number }

/** When a chunk that arrives now may go on, given when the one before it goes. Times in milliseconds. */
export function releaseTime(
  fault: Fault,
  chunk: { bytes: number; nowMs: number; previousMs: number },
  random: () => number,
): number {
  const earliestMs = Math.max(chunk.nowMs, chunk.previousMs)
  if (fault.mode === 'bandwidth') return earliestMs + (chunk.bytes / fault.bytesPerSecond) * 1_000
  if (fault.mode !== 'latency') return earliestMs
  return Math.max(chunk.previousMs, chunk.nowMs + fault.ms + random() * (fault.jitterMs ?? 0))
}
