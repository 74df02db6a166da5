import { sliceUtf8 } from './utf8.ts'

/** A piece of a job's text; offsets are UTF-8 bytes. */
export interface TextChunk {
  readonly attempt: number
  readonly text: string
  readonly offset: number
  readonly end: number
}

/** As much of a job's text as has come, without a hole. */
export interface JobText {
  readonly value: string
  /** Length of `value` in bytes. */
  readonly held: number
  /** Length in bytes that the text is known to have: what is not held of it has to be pulled. */
  readonly end: number
  /** The attempt whose text this is. */
  readonly attempt: number
}

export const EMPTY_TEXT: JobText = { value: '', held: 0, end: 0, attempt: 0 }

/**
 * Adds a chunk where it belongs: nothing twice, nothing over a hole. What lies behind a hole is not kept, as the pull that
 * fills the hole brings it too.
 */
export function appendChunk(text: JobText, chunk: TextChunk): JobText {
  const { attempt, offset, end } = chunk
  // Where a later attempt began is unknown, so what is held proves nothing: have the whole.
  if (attempt > text.attempt) return appendChunk(truncateText(text, attempt, 0), chunk)
  if (attempt < text.attempt || end <= text.held) return text
  const known = { ...text, end: Math.max(text.end, end) }
  if (offset > text.held) return known
  return { ...known, value: text.value + sliceUtf8(chunk.text, text.held - offset), held: end }
}

/** An attempt goes on after this many bytes; what is held beyond belongs to a lost one. */
export function truncateText(text: JobText, attempt: number, length: number): JobText {
  const held = Math.min(text.held, length)
  // What came with the snapshot of this very attempt may already have been the new text: ask for it.
  const end = attempt > text.attempt ? length : text.end
  return { value: sliceUtf8(text.value, 0, held), held, end, attempt }
}
