import { DatabaseAwayError } from '@headway/jobs'
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

/** Steps of an attempt whose first writes fail, each with the next of these. */
function stepsBehind(failures: unknown[], { signal = new AbortController().signal } = {}) {
  const written: string[] = []
  const write = async (what: string) => {
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    written.push(what)
  }
  const attempt: JobStepsParts['attempt'] = {
    completedStep: () => undefined,
    beginStep: () => write('begun'),
    completeStep: (_name, result) => write(`completed: ${JSON.stringify(result)}`),
    failStep: () => write('failed'),
    commitStep: () => Promise.reject(new Error('Not asked for.')),
  }
  const steps = new JobSteps({ attempt, signal, logger: testLogger, observer: undefined })
  return { steps, written }
}

const away = () => new DatabaseAwayError(new Error('connect ECONNREFUSED'))

it('writes what a step has brought when Postgres is back, and does not run it again', async () => {
  let runs = 0
  const failures: unknown[] = [away()]
  const { steps, written } = stepsBehind(failures)
  const load = () => {
    failures.push(away(), away())
    return ++runs
  }
  expect(await steps.run('load', load)).toBe(1)
  expect(written).toEqual(['begun', 'completed: 1'])
})

it('waits for Postgres no longer than the job may run', async () => {
  const stop = new AbortController()
  const failures: unknown[] = []
  const { steps, written } = stepsBehind(failures, { signal: stop.signal })
  const load = () => {
    failures.push(...Array.from({ length: 3 }, away))
    setTimeout(() => stop.abort(new Error('The job took too long.')), 20)
    return 1
  }
  await expect(steps.run('load', load)).rejects.toThrow('The job took too long.')
  expect(written).toEqual(['begun'])
})

it('writes nothing a second time that Postgres refuses', async () => {
  const { steps, written } = stepsBehind([new Error('value too long')])
  await expect(steps.run('load', () => 1)).rejects.toThrow('value too long')
  expect(written).toEqual(['failed'])
})
