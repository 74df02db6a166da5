/**
 * What travels from the event log to the instances on the adapter's Redis channel: one header line, then the finished
 * Socket.IO packet text, which nobody parses on the way.
 *
 *     <room> <seq> <prev>\n["event",{…}]                            durable
 *     <room> - -\n["event",{…}]                                     transient
 *     <room> - - <attempt> <base> <offset> <end>\n["event",{…}]     a chunk of a job's text
 */
export interface BusMessage {
  room: string
  /** Place in the channel; undefined for transient messages and text. */
  place?: { seq: number; prev: number }
  /** Place in the job's text; `base` is where the attempt's own text begins. All in UTF-8 bytes. */
  chunk?: { attempt: number; base: number; offset: number; end: number }
  /** The packet's data as JSON: `["event",{…}]`. */
  text: string
}

/** Rooms that the event log writes to; a header that names another one is not ours. */
const ROOM = /^(?:all|user:[A-Za-z0-9._@|:-]{1,128}|job:[0-9a-f-]{36})$/

const NEWLINE = 0x0a
const LONGEST_HEADER = 256

export function isChannelRoom(room: string): boolean {
  return ROOM.test(room)
}

export function formatTransient(room: string, text: string): string {
  return `${room} - -\n${text}`
}

/** Reads a bus message; undefined for bytes that are none. Looks at the header only. */
export function parseBusMessage(bytes: Buffer): BusMessage | undefined {
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(NEWLINE)
  if (end < 0) return undefined
  const [room = '', seq = '', prev = '', ...chunk] = bytes.toString('latin1', 0, end).split(' ')
  if (!isChannelRoom(room)) return undefined
  const text = bytes.toString('utf8', end + 1)
  if (!text.startsWith('["') || !text.endsWith(']')) return undefined

  if (seq === '-' && prev === '-') return parseUnplaced(room, chunk, text)
  const place = { seq: Number(seq), prev: Number(prev) }
  if (!isPosition(place.seq) || !isPosition(place.prev) || place.prev >= place.seq) return undefined
  return { room, place, text }
}

function parseUnplaced(room: string, chunk: string[], text: string): BusMessage | undefined {
  if (chunk.length === 0) return { room, text }
  const [attempt, base, offset, end] = chunk.map(Number)
  if (!isPosition(attempt) || !isPosition(base) || !isPosition(offset) || !isPosition(end)) return undefined
  return { room, chunk: { attempt, base, offset, end }, text }
}

function isPosition(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
