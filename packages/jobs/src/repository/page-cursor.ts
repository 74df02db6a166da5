import { JOB_ID_PATTERN } from '@headway/events'
import { InvalidCursorError } from '../errors.ts'

/** Where a page ended: its last job. The next page begins with the one before it. */
export interface PageEnd {
  createdAt: Date
  jobId: string
}

export function formatPageCursor({ createdAt, jobId }: PageEnd): string {
  return Buffer.from(`${createdAt.getTime()}.${jobId}`).toString('base64url')
}

/** @throws InvalidCursorError */
export function parsePageCursor(cursor: string): PageEnd {
  const [, time = '', jobId = ''] =
    /^(\d{1,14})\.(.*)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const createdAt = new Date(Number(time))
  if (time === '' || Number.isNaN(createdAt.getTime()) || !JOB_ID_PATTERN.test(jobId)) {
    throw new InvalidCursorError()
  }
  return { createdAt, jobId }
}
