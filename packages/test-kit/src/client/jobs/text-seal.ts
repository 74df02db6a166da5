import { createHash } from 'node:crypto'
import type { TextSeal } from '@headway/events'
import type { KeptJob } from './kept-job.ts'

/** The proof that a reader holds every byte of the text; nothing for a job without text. */
export function sealOf({ text }: KeptJob): TextSeal {
  if (text.length === 0) return {}
  return { textEnd: text.length, textSha256: createHash('sha256').update(text).digest('hex') }
}
