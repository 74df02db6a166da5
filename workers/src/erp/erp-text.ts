/** Text as a field of one line takes it: a form drops line breaks without a word, so each of them becomes a space. */
export function toErpText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\r\n\u2028\u2029]+/g, ' ')
    .trim()
}
