import { describeFaults, faultsOf } from '@headway/jobs'
import type { z } from 'zod'

/** What is wrong with the arguments of an event, in a sentence; they are counted as its sender writes them, from 1. */
export function describeArguments(event: string, { issues }: Pick<z.ZodError, 'issues'>): string {
  return `${event}: ${issues.map(describe).join('; ')}.`
}

function describe(issue: z.core.$ZodIssue): string {
  const [index, ...rest] = issue.path
  if (typeof index === 'number') {
    return `argument ${index + 1} ${describeFaults(faultsOf({ issues: [{ ...issue, path: rest }] }))}`
  }
  if (issue.code === 'too_small') return `it has fewer than its ${argumentsOf(issue.minimum)}`
  if (issue.code === 'too_big') return `it has more than its ${argumentsOf(issue.maximum)}`
  return issue.message
}

function argumentsOf(count: number | bigint): string {
  return `${count} ${Number(count) === 1 ? 'argument' : 'arguments'} before the callback`
}
