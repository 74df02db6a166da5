import { wholeCharactersEnd, type TextLog } from '@headway/event-log'
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

/** Reads a job's text from Redis while it runs, from the store after it ended. */
export async function readText(
  parts: { engine: JobEngine; textLog: TextLog },
  jobId: string,
  textOffset: number,
): Promise<TextSnapshot> {
  const live = await parts.textLog.read(jobId, textOffset, TEXT_ACK_MAX_BYTES)
  const reading = live.exists ? live : await parts.engine.text.read(jobId, textOffset, TEXT_ACK_MAX_BYTES)
  const bytes = reading.text.subarray(0, wholeCharactersEnd(reading.text))
  return {
    text: bytes.toString(),
    textOffset: Math.min(textOffset, reading.end),
    textEnd: reading.end,
    place: { attempt: live.writer?.attempt ?? 0, end: reading.end },
  }
}
