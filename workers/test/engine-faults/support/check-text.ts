import { createHash } from 'node:crypto'
import { isTerminalEvent } from '@headway/events'
import type { Allowance, JobEvidence } from './job-evidence.ts'
import { textOf, textOfStep, type JobScript } from './job-script.ts'

/** The text is whole wherever it is read, and its end says so. */
export function textProblems(
  {
    script,
    text,
    committed,
    view,
    shown,
  }: Pick<JobEvidence, 'script' | 'text' | 'committed' | 'view' | 'shown'>,
  { canTextBeLost }: Allowance,
): string[] {
  const problems: string[] = []
  const whole = textOf(script)
  if (canTextBeLost && !isWholeButForLosses(text, script))
    problems.push(`its text has something twice: ${text}`)
  if (!canTextBeLost && text !== whole) problems.push(`its text is "${text}" instead of "${whole}"`)
  const bytes = Buffer.byteLength(text)
  const end = committed.job.findLast(isTerminalEvent)?.payload
  if ((end?.textEnd ?? 0) !== bytes)
    problems.push(`its end tells ${end?.textEnd} bytes of text, and it has ${bytes}`)
  if (bytes > 0 && end?.textSha256 !== createHash('sha256').update(text).digest('hex')) {
    problems.push('its end tells another hash than that of its text')
  }
  if (view.textEnd !== bytes)
    problems.push(`its view tells ${view.textEnd} bytes of text, and it has ${bytes}`)
  if (shown.text !== text)
    problems.push(`a page shows "${shown.text}" instead of its text "${text}" (${shown.freshness})`)
  return problems
}

/** Of each step a beginning, or nothing, and all in order: what Redis forgot is missing, and nothing is there twice. */
function isWholeButForLosses(text: string, script: JobScript): boolean {
  let rest = text
  for (const step of script.steps) {
    const whole = textOfStep(step)
    let length = 0
    while (length < whole.length && rest[length] === whole[length]) length += 1
    rest = rest.slice(length)
  }
  return rest === ''
}
