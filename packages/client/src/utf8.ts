const encoder = new TextEncoder()
const decoder = /* @__PURE__ */ new TextDecoder()

/** Length in UTF-8 bytes, which offsets into a job's text count. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length
}

/** The part between two UTF-8 byte offsets, which both lie between characters. */
export function sliceUtf8(text: string, from: number, to?: number): string {
  return from === 0 && to === undefined ? text : decoder.decode(encoder.encode(text).subarray(from, to))
}
