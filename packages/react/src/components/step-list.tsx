import type { JobState, StepView } from '@headway/events'
import { memo, type ReactElement } from 'react'
import type { Look } from './look.ts'
import { OUT_OF_SIGHT } from './out-of-sight.ts'

interface StepListProps {
  steps: readonly StepView[]
  /** Of the job: a step that was begun is under way only while it runs, and what a cancelled job broke off has not failed. */
  state: JobState | undefined
  look: Look
}

const MARKS = { started: '●', completed: '✓', failed: '✕', unfinished: '○' } as const

/** The steps of a job in their order, each with how it went. Progress comes far more often than a step. */
export const StepList = memo(function StepList({
  steps,
  state,
  look: { texts, part },
}: StepListProps): ReactElement {
  return (
    <section className={part('section')} aria-label={texts.steps}>
      <p className={part('section-title')} aria-hidden="true">
        {texts.steps}
      </p>
      <ol className={part('steps')}>
        {steps.map(({ name, status, durationMs }) => {
          const isBrokenOff =
            (status === 'started' && state !== 'running') || (status === 'failed' && state === 'cancelled')
          const shown = isBrokenOff ? 'unfinished' : status
          return (
            <li
              key={name}
              className={part('step')}
              data-status={shown}
              {...(shown === 'started' && { 'aria-current': 'step' as const })}
            >
              <span className={part('step-mark')} aria-hidden="true">
                {MARKS[shown]}
              </span>{' '}
              <span className={part('step-name')}>{name}</span>{' '}
              <span style={OUT_OF_SIGHT}>{texts.stepStates[shown]}</span>{' '}
              {durationMs !== null && (
                <span className={part('muted')}>{`${(durationMs / 1_000).toFixed(1)} s`}</span>
              )}
            </li>
          )
        })}
      </ol>
    </section>
  )
})
