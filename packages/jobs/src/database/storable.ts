/** What stands for a character that Postgres can't keep, as everywhere in Unicode. */
const REPLACEMENT = '\uFFFD'

/** Text as a `text` column takes it: NUL, which Postgres refuses, is replaced. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', REPLACEMENT)
}

/** JSON as a column takes it: NUL and lone surrogates, which Postgres can't turn into text, are replaced. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value ?? null)
  return json.replaceAll(/\\(?:u[0-9a-f]{4}|.)/g, (escape) =>
    /^\\u(?:0000|d[89a-f])/.test(escape) ? REPLACEMENT : escape,
  )
}
