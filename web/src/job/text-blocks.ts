/**
 * Cuts a growing text into blocks, always at the same places, so that all but the last block stay as they are and
 * need not be drawn again.
 *
 * @param isBoundary says of each line whether a new block may begin with it
 */
function textBlocks(text: string, minLength: number, isBoundary: (line: string) => boolean): string[] {
  const blocks: string[] = []
  let begin = 0
  let lineBegin = 0
  while (lineBegin < text.length) {
    const lineEnd = text.indexOf('\n', lineBegin)
    const next = lineEnd === -1 ? text.length : lineEnd + 1
    if (isBoundary(text.slice(lineBegin, next)) && lineBegin - begin >= minLength) {
      blocks.push(text.slice(begin, lineBegin))
      begin = lineBegin
    }
    lineBegin = next
  }
  if (begin < text.length) blocks.push(text.slice(begin))
  return blocks
}

/** Blocks of plain text, cut between lines. */
export function plainBlocks(text: string, minLength = 8_000): string[] {
  return textBlocks(text, minLength, () => true)
}

/**
 * Blocks of Markdown, cut only where a top-level block begins: after a blank line, outside of fenced code, at a line
 * that goes on with no list or quote.
 */
export function markdownBlocks(text: string, minLength = 3_000): string[] {
  let fence = ''
  let isAfterBlank = false
  return textBlocks(text, minLength, (line) => {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (marker !== undefined) {
      if (fence === '') fence = marker
      else if (marker.startsWith(fence)) {
        fence = ''
        isAfterBlank = false
        return false
      }
      const begins = isAfterBlank && fence === marker
      isAfterBlank = false
      return begins
    }
    if (fence !== '') return false
    const begins = isAfterBlank && /^[^\s>*+\-\d]/.test(line)
    isAfterBlank = line.trim() === ''
    return begins
  })
}

/** Any of these near the beginning of a text says that it is Markdown. */
const MARKS = [
  // A heading, a link, a fence, strong words, the line below the head of a table.
  /^#{1,6} \S/m,
  /\[[^\]\n]+\]\(\S+?\)/,
  /^```/m,
  /\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*/,
  /^\|? *:?-{3,}:? *\|/m,
]

/** True for a text that uses Markdown's marks, or has several list items, near its beginning. */
export function looksLikeMarkdown(text: string): boolean {
  const head = text.slice(0, 6_000)
  if (MARKS.some((mark) => mark.test(head))) return true
  return (head.match(/^\s*[-*+] \S/gm)?.length ?? 0) >= 3
}
