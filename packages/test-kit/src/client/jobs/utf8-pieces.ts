/** Largest piece of a job's text in a message, in bytes. */
const CHUNK_MAX_BYTES = 8_192

/** Cuts a text into pieces of at most 8 KiB of UTF-8, never inside a character. */
export function utf8Pieces(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = boundaryBefore(bytes, start + CHUNK_MAX_BYTES)
    pieces.push(bytes.subarray(start, end))
    start = end
  }
  return pieces
}

/** The last beginning of a character at or before `index`, or the end. */
export function boundaryBefore(bytes: Buffer, index: number): number {
  if (index >= bytes.length) return bytes.length
  let boundary = index
  while (boundary > 0 && ((bytes[boundary] ?? 0) & 0xc0) === 0x80) boundary -= 1
  return boundary
}
