import type { TextLog } from '@headway/event-log'
import type { JobText } from '../artifacts/job-text.ts'
import type { AttemptFence } from './attempt-fence.ts'

const READ_PAGE_BYTES = 1_048_576

export interface ResumeTextOptions {
  fence: AttemptFence
  textLog: TextLog
  jobText: JobText
  /** Length of the text when the last completed step ended, in bytes. */
  length: number
  /** The job had ended, and its text was stored. */
  isStored: boolean
}

/**
 * Brings the job's text to the point from which a new attempt goes on, and answers what it then is: shorter than `length` where
 * Redis has lost it and nothing is stored.
 */
export async function resumeText({
  fence,
  textLog,
  jobText,
  length,
  isStored,
}: ResumeTextOptions): Promise<Buffer> {
  const { jobId, operationType, attempt } = fence.identity
  const live = await textLog.read(jobId, 0, 0)
  if (length > live.end && isStored) await jobText.reopen(jobId)

  const cut = { operationType, attempt, length }
  let truncated = await textLog.truncate(jobId, cut)
  if (truncated.outcome === 'sealed') {
    // An attempt died between sealing the text and committing its end, or the job was resumed.
    await textLog.reopen(jobId)
    truncated = await textLog.truncate(jobId, cut)
  }
  if (truncated.outcome !== 'truncated') {
    await fence.confirm()
    truncated = await textLog.truncate(jobId, cut)
  }
  if (truncated.outcome !== 'truncated') {
    throw new Error(`The text of job ${jobId} could not be cut to ${length} bytes: ${truncated.outcome}.`)
  }
  return readText(textLog, jobId, truncated.end)
}

async function readText(textLog: TextLog, jobId: string, end: number): Promise<Buffer> {
  const pages: Buffer[] = []
  for (let offset = 0; offset < end;) {
    const { text } = await textLog.read(jobId, offset, Math.min(READ_PAGE_BYTES, end - offset))
    if (text.length === 0) break
    pages.push(text)
    offset += text.length
  }
  return Buffer.concat(pages)
}
