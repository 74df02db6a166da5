/** Cuts UTF-8 bytes into pieces of at most `maxBytes`, never inside a character. */
export function utf8Pieces(bytes: Buffer, maxBytes: number): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = utf8Boundary(bytes, Math.min(start + maxBytes, bytes.length))
    pieces.push(bytes.subarray(start, end))
    start = end
  }
  return pieces
}

/** The last character boundary at or before `index`. */
export function utf8Boundary(bytes: Buffer, index: number): number {
  let boundary = index
  while (boundary > 0 && boundary < bytes.length && isContinuation(bytes[boundary])) boundary -= 1
  return boundary
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
