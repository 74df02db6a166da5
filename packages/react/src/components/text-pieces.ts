/** Least length of a piece, in UTF-16 units: a screen of text, which a browser lays out anew in no time. */
const MIN_LENGTH = 2_000

/**
 * A text in pieces that are whole lines. Of a text that grows only the last piece changes, so that the browser does not lay out
 * anew what it has shown already.
 */
export function textPieces(text: string, minLength = MIN_LENGTH): string[] {
  const pieces: string[] = []
  let start = 0
  for (;;) {
    const end = text.indexOf('\n', start + minLength - 1) + 1
    if (end === 0 || end === text.length) return [...pieces, text.slice(start)]
    pieces.push(text.slice(start, end))
    start = end
  }
}
