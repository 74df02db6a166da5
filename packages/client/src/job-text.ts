import { sliceUtf8, utf8Length } from './utf8.ts'

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
  /** Length in bytes that the text is known to have. */
  readonly end: number
  /** The attempt whose text this is: chunks of a later one wait until it is known where that one began. */
  readonly attempt: number
  /** A cut may have taken more than it should: ask again for what follows. */
  readonly isDoubtful: boolean
  /** Chunks behind a hole, by offset. */
  readonly ahead: readonly TextChunk[]
}

/** Chunks kept behind a hole; what does not fit is asked for again. */
const MAX_AHEAD = 256

export const EMPTY_TEXT: JobText = {
  value: '',
  held: 0,
  end: 0,
  attempt: 0,
  isDoubtful: false,
  ahead: [],
}

/** True when the server has text that has not come, or may have. */
export function isTextMissing(text: JobText): boolean {
  return text.held < text.end || text.isDoubtful
}

/** Adds a chunk where it belongs: nothing twice, nothing over a hole. */
export function appendChunk(text: JobText, chunk: TextChunk): JobText {
  if (chunk.attempt < text.attempt || (chunk.attempt === text.attempt && chunk.end <= text.held)) return text
  if (chunk.attempt > text.attempt || chunk.offset > text.held) {
    if (text.ahead.length >= MAX_AHEAD) return withEnd(text, chunk)
    const ahead = [...text.ahead, chunk].toSorted((a, b) => a.offset - b.offset)
    return withEnd({ ...text, ahead }, chunk)
  }
  return takeAhead(joined(text, chunk))
}

/** A new attempt goes on after this many bytes; what is held beyond belongs to a lost one. */
export function truncateText(text: JobText, attempt: number, length: number): JobText {
  if (attempt < text.attempt) return text
  const held = Math.min(text.held, length)
  return takeAhead({
    ...text,
    attempt,
    value: held < text.held ? sliceUtf8(text.value, 0, held) : text.value,
    held,
    end: length,
    // Text that came with the snapshot of this very attempt may already have been the new one.
    isDoubtful: attempt === text.attempt && held < text.held,
  })
}

/** Takes the text of a snapshot: what follows `offset`, of a text that is `end` bytes long. */
export function loadText(
  text: JobText,
  slice: { attempt: number; text: string; offset: number; end: number },
): JobText {
  if (slice.attempt < text.attempt) return text
  if (slice.attempt > text.attempt && slice.offset > 0 && text.held > 0) {
    // Where the later attempt began is unknown, so what is held proves nothing: have the whole.
    return { ...EMPTY_TEXT, attempt: slice.attempt, end: slice.end, ahead: text.ahead }
  }
  const base =
    slice.attempt > text.attempt ? { ...EMPTY_TEXT, attempt: slice.attempt, ahead: text.ahead } : text
  const known = { ...base, end: Math.max(base.end, slice.end) }
  if (slice.offset > base.held) return known
  const end = slice.offset + utf8Length(slice.text)
  const settled = { ...known, isDoubtful: false }
  return end <= base.held ? settled : takeAhead(joined(settled, { ...slice, end }))
}

/** The job ended with a text of this length. */
export function sealText(text: JobText, end: number): JobText {
  return end > text.end ? { ...text, end } : text
}

function joined(text: JobText, chunk: TextChunk): JobText {
  return {
    ...text,
    value: text.value + sliceUtf8(chunk.text, text.held - chunk.offset),
    held: chunk.end,
    end: Math.max(text.end, chunk.end),
  }
}

/** Only the end of this attempt's text counts: a later attempt may have begun anywhere. */
function withEnd(text: JobText, chunk: TextChunk): JobText {
  return chunk.attempt === text.attempt && chunk.end > text.end ? { ...text, end: chunk.end } : text
}

function takeAhead(text: JobText): JobText {
  let taken: JobText = { ...text, ahead: [] }
  const left: TextChunk[] = []
  for (const chunk of text.ahead) {
    const isNext = chunk.attempt === taken.attempt && chunk.offset <= taken.held
    if (isNext && chunk.end > taken.held) taken = joined(taken, chunk)
    else if (!isNext && chunk.attempt >= taken.attempt) left.push(chunk)
  }
  for (const chunk of left) taken = withEnd(taken, chunk)
  return { ...taken, ahead: left }
}
