export interface JsonToken {
  kind: 'key' | 'string' | 'literal' | 'mark'
  text: string
}

/** Longer values are cut: nobody reads on, and every token is an element of the page. In characters. */
const MAX_LENGTH = 40_000

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)|([^"\d\-tfn]+|.)/g

/** The value as indented JSON, cut into what is coloured alike. */
export function jsonTokens(value: unknown): JsonToken[] {
  const text = JSON.stringify(value, null, 2) ?? 'undefined'
  const shown = text.slice(0, MAX_LENGTH)
  const tokens = [...shown.matchAll(TOKEN)].flatMap(tokensOf)
  const cut = text.length - shown.length
  return cut === 0 ? tokens : [...tokens, { kind: 'mark', text: `\n… ${cut} more characters` }]
}

function tokensOf([all, string, colon, literal]: RegExpMatchArray): JsonToken[] {
  if (string !== undefined && colon !== undefined) {
    return [
      { kind: 'key', text: string },
      { kind: 'mark', text: colon },
    ]
  }
  if (string !== undefined) return [{ kind: 'string', text: string }]
  return [{ kind: literal === undefined ? 'mark' : 'literal', text: all }]
}
