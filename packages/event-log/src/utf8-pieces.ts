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

/** How many of the bytes are whole characters, where a read may have cut the last one. */
export function wholeCharactersEnd(bytes: Buffer): number {
  let lead = bytes.length - 1
  while (lead > 0 && isContinuation(bytes[lead])) lead -= 1
  const first = bytes[lead] ?? 0
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
  return lead + width > bytes.length ? lead : bytes.length
}

/** The bytes begin behind the first byte of a character. */
export function isInsideCharacter(bytes: Buffer): boolean {
  return isContinuation(bytes[0])
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
