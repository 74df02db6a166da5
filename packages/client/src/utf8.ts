const encoder = new TextEncoder()
// A text may begin with a byte order mark, which is a part of it.
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true })

/** Length in UTF-8 bytes, which offsets into a job's text count. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length
}

/** The part between two UTF-8 byte offsets, which both lie between characters. */
export function sliceUtf8(text: string, from: number, to?: number): string {
  return decoder.decode(encoder.encode(text).subarray(from, to))
}
