import { isInsideCharacter, wholeCharactersEnd, type TextLog } from '@headway/event-log'
import { TEXT_ACK_MAX_BYTES } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { TextPlace } from '../sequencer/text-position.ts'

/** A job's text from an offset on, as an acknowledgement carries it. */
export interface TextSnapshot {
  text: string
  textOffset: number
  textEnd: number
  /** Where live text goes on. */
  place: TextPlace
}

interface Parts {
  engine: JobEngine
  textLog: TextLog
}

/**
 * Reads a job's text from Redis while it runs, from the store after it ended. An offset inside a character was counted in the text
 * of an earlier attempt: the answer begins with the whole character, since half of one would be longer as text than it is in bytes.
 */
export async function readText(parts: Parts, jobId: string, textOffset: number): Promise<TextSnapshot> {
  const { text, end, attempt } = await read(parts, jobId, textOffset)
  if (textOffset > 0 && isInsideCharacter(text)) return readText(parts, jobId, textOffset - 1)
  return {
    text: text.subarray(0, wholeCharactersEnd(text)).toString(),
    textOffset: Math.min(textOffset, end),
    textEnd: end,
    place: { attempt, end },
  }
}

async function read({ engine, textLog }: Parts, jobId: string, offset: number) {
  const live = await textLog.read(jobId, offset, TEXT_ACK_MAX_BYTES)
  const { text, end } = live.exists ? live : await engine.text.read(jobId, offset, TEXT_ACK_MAX_BYTES)
  return { text, end, attempt: live.writer?.attempt ?? 0 }
}
