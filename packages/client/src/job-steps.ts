import type { MessagePayloads, StepView } from '@headway/events'

/** The steps after a JOB_STEP. A completed step never runs again, so nothing older undoes it. */
export function applyStep(
  steps: readonly StepView[],
  payload: MessagePayloads['JOB_STEP'],
): readonly StepView[] {
  const { step: name, index, status, durationMs } = payload
  const held = steps.find((step) => step.name === name)
  if (held?.status === 'completed' && status !== 'completed') return steps
  return withStep(steps, { name, index, status, durationMs: durationMs ?? null })
}

/** The steps of a snapshot joined with those that messages brought; `isOlder`: messages went further than it. */
export function mergeSteps(
  held: readonly StepView[],
  fresh: readonly StepView[],
  isOlder: boolean,
): StepView[] {
  const [base, over] = isOlder ? [fresh, held] : [held, fresh]
  let merged = base
  for (const step of over) {
    const known = merged.find(({ name }) => name === step.name)
    if (known?.status !== 'completed' || step.status === 'completed') merged = withStep(merged, step)
  }
  return [...merged]
}

function withStep(steps: readonly StepView[], step: StepView): StepView[] {
  return [...steps.filter(({ name }) => name !== step.name), step].toSorted((a, b) => a.index - b.index)
}
