import { isTerminalEvent } from '@headway/events'
import { countOf, lifecycleProblems } from './check-lifecycle.ts'
import { textProblems } from './check-text.ts'
import { toldProblems } from './check-told.ts'
import type { Allowance, JobEvidence } from './job-evidence.ts'
import { stepName } from './job-script.ts'
import { ZOMBIE } from './write-everything.ts'

/** What is wrong with a job that has ended, whatever was done to it on the way; nothing, if every promise was kept. */
export function checkJob(evidence: JobEvidence, allowance: Allowance): string[] {
  const { committed, told, joinedAt } = evidence
  return [
    ...endProblems(evidence),
    ...lifecycleProblems(committed.job),
    ...lifecycleProblems(committed.user.filter(({ type }) => type !== 'JOB_ARTIFACT')),
    ...stepProblems(evidence),
    ...textProblems(evidence, allowance),
    ...toldProblems({ name: 'job channel', committed: committed.job, told: told.job, joinedAt }),
    ...toldProblems({ name: 'user channel', committed: committed.user, told: told.user, joinedAt: 0 }),
    ...(evidence.dump.includes(ZOMBIE) ? ['a write of an attempt that had lost the job landed'] : []),
  ]
}

function endProblems({ script, view, committed, shown }: JobEvidence): string[] {
  const problems: string[] = []
  if (view.state !== script.end) problems.push(`it is ${view.state} (${view.error}) instead of ${script.end}`)
  if (shown.state !== view.state) problems.push(`a page shows it as ${shown.state}`)
  const end = committed.job.findLast(isTerminalEvent)
  if (end?.payload.version !== view.version)
    problems.push(`its version is ${view.version}, its end tells ${end?.payload.version}`)
  if (end && 'attempt' in end.payload && end.payload.attempt !== view.attempt) {
    problems.push(`its attempt is ${view.attempt}, its end tells ${end.payload.attempt}`)
  }
  return problems
}

/** Each step was committed once, by one attempt, and what it gave is what that attempt gave. */
function stepProblems({ script, view, steps, runs, artifacts, committed }: JobEvidence): string[] {
  const problems: string[] = []
  const attempts = script.steps.map((_, index) => steps.find(({ name }) => name === stepName(index + 1)))
  for (const [index, step] of attempts.entries()) {
    const name = stepName(index + 1)
    if (step?.status !== 'completed') {
      problems.push(`${name} is ${step?.status}`)
      continue
    }
    const { attempt } = step
    const begins = runs.filter((run) => run.step === name && run.kind === 'begin')
    const late = begins.filter((run) => run.attempt > attempt)
    if (late.length > 0)
      problems.push(
        `${name} was committed by attempt ${attempt} and ran again in ${late.map((run) => run.attempt).join(', ')}`,
      )
    const own = begins.filter((run) => run.attempt === attempt).length
    if (own !== 1) problems.push(`${name} ran ${own} times in attempt ${attempt}`)
    if (step.result !== attempt)
      problems.push(`${name} of attempt ${attempt} has the result of ${String(step.result)}`)
    for (const type of ['JOB_CHECKPOINT', 'JOB_STEP'] as const) {
      const count = countOf(committed.job, type, name)
      if (count !== 1) problems.push(`${type} tells ${count} times that ${name} is completed`)
    }
    const file = artifacts.find((artifact) => artifact.name === `${name}.txt`)
    if (script.steps[index]?.artifact && file?.content !== `attempt ${attempt}`) {
      problems.push(`the file of ${name}, of attempt ${attempt}, holds "${file?.content}"`)
    }
  }
  const results = attempts.map((step) => step?.attempt)
  if (view.state === 'completed' && JSON.stringify(view.result) !== JSON.stringify({ attempts: results })) {
    problems.push(`its result is ${JSON.stringify(view.result)}, and its steps are of ${results.join(', ')}`)
  }
  return problems
}
