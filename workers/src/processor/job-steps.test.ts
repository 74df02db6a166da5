import { expect, it } from 'vitest'
import { testLogger } from '../../test/support/test-logger.ts'
import { JobSteps, type JobStepsParts } from './job-steps.ts'

it('does not run a step again whose commit has worked although its answer was lost', async () => {
  const committed = new Map<string, { result: unknown }>()
  const known = new Map<string, { result: unknown }>()
  const attempt: JobStepsParts['attempt'] = {
    completedStep: (name) => known.get(name),
    beginStep: async (name) => {
      const row = committed.get(name)
      if (row) known.set(name, row)
    },
    completeStep: async (name, result) => {
      committed.set(name, { result })
      throw new Error('Connection terminated unexpectedly')
    },
    failStep: () => Promise.reject(new Error('Connection terminated unexpectedly')),
    commitStep: () => Promise.reject(new Error('Not asked for.')),
  }
  const steps = new JobSteps({
    attempt,
    signal: new AbortController().signal,
    logger: testLogger,
    observer: undefined,
  })
  let runs = 0
  const load = () => steps.run('load', () => ++runs)
  await expect(load()).rejects.toThrow('Connection terminated')
  expect(await load()).toBe(1)
  expect(runs).toBe(1)
})
