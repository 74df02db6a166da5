// @vitest-environment happy-dom
import { act, type ReactElement } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { useJobProgress, type JobProgress } from './index.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
let stage: Stage
let shown: JobProgress[]

beforeEach(() => {
  stage = new Stage()
  shown = []
})

afterEach(() => stage.close())

function Job(): ReactElement {
  const job = useJobProgress(jobId)
  shown.push(job)
  return <p>{job.state}</p>
}

/** The job as it was rendered last. */
function newest(): JobProgress {
  return shown.at(-1) as JobProgress
}

describe('answering', () => {
  const question = { name: 'colour', prompt: 'Which?', schema: { type: 'string' } }

  async function mountAsked(): Promise<void> {
    stage.server.addJob(jobId)
    await stage.show(<Job />)
    await stage.settle()
    stage.run(jobId)
    stage.server.ask(jobId, question)
    await stage.settle()
    expect(newest()).toMatchObject({ question, isAnswering: false, answerError: null })
  }

  it('answers the open question, and is under way until the question is gone', async () => {
    await mountAsked()
    let isTaken = false
    await act(async () => {
      void newest()
        .answer('red')
        .then(() => (isTaken = true))
    })
    expect(newest()).toMatchObject({ question, isAnswering: true })
    await stage.settle()
    expect(isTaken).toBe(true)
    expect(stage.server.requests).toContainEqual({ name: 'answer:job', args: [jobId, 'colour', 'red'] })
    expect(newest()).toMatchObject({
      question: null,
      isAnswering: false,
      queueWait: { reason: 'answered' },
    })
    // From the moment of the call to the end of the question no form was open to a second answer.
    const sent = shown.slice(shown.findIndex(({ isAnswering }) => isAnswering))
    expect(sent.filter((job) => job.question && !job.isAnswering)).toEqual([])
  })

  it('tells why an answer was not taken, until the next one is sent', async () => {
    await mountAsked()
    stage.server.answerProblem = 'must be red or blue'
    let refusal: unknown
    await act(
      async () =>
        void newest()
          .answer('green')
          .catch((error: unknown) => (refusal = error)),
    )
    await stage.settle()
    expect(refusal).toMatchObject({ name: 'RequestError', code: 'bad_request' })
    expect(newest()).toMatchObject({ question, isAnswering: false, answerError: refusal })
    stage.server.answerProblem = undefined
    await act(async () => void newest().answer('red'))
    expect(newest()).toMatchObject({ isAnswering: true, answerError: null })
    await stage.settle()
    expect(newest()).toMatchObject({ question: null, answerError: null })
  })

  it('begins anew when a later attempt asks the same', async () => {
    await mountAsked()
    await act(async () => void newest().answer('red'))
    await stage.settle()
    stage.server.change(jobId, 'running', 'JOB_STARTED')
    stage.server.ask(jobId, question)
    await stage.settle()
    expect(newest()).toMatchObject({ question, isAnswering: false, answerError: null })
  })

  it('never gives the next question an answer that was meant for the last one', async () => {
    await mountAsked()
    const { answer } = newest()
    stage.server.answer(jobId, 'colour')
    stage.server.ask(jobId, { ...question, name: 'size' })
    await stage.settle()
    let refusal: unknown
    await act(async () => void answer('red').catch((error: unknown) => (refusal = error)))
    await stage.settle()
    expect(refusal).toMatchObject({ code: 'conflict' })
    expect(newest()).toMatchObject({ question: { name: 'size' }, isAnswering: false, answerError: null })
  })

  it('shows what became of the newest answer, whatever becomes of an older one', async () => {
    await mountAsked()
    stage.server.isAnswering = false
    await act(
      async () =>
        void newest()
          .answer('red')
          .catch(() => {}),
    )
    stage.server.answer(jobId, 'colour')
    stage.server.ask(jobId, { ...question, name: 'size' })
    await stage.settle(1_000)
    await act(
      async () =>
        void newest()
          .answer('small')
          .catch(() => {}),
    )
    await stage.settle(9_500)
    // The first one has had no answer for 10 s, the second for less.
    expect(newest()).toMatchObject({ question: { name: 'size' }, isAnswering: true, answerError: null })
    await stage.settle(1_000)
    expect(newest()).toMatchObject({ isAnswering: false, answerError: { code: 'unavailable' } })
  })

  it('says that there is nothing to answer', async () => {
    stage.server.addJob(jobId)
    await stage.show(<Job />)
    await stage.settle()
    await expect(newest().answer('red')).rejects.toMatchObject({ code: 'conflict' })
    expect(stage.requests('answer:job')).toBe(0)
  })
})
