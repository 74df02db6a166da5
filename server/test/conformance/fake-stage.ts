import { startFakeHeadway, type FakeJob } from '@headway/test-kit/client'
import { onTestFinished } from 'vitest'
import { SCRIPTED, type ScriptedJob, type Stage } from './stage.ts'

/** The fake server of the test kit, closed when the test ends. */
export async function openFakeStage(): Promise<Stage> {
  const headway = await startFakeHeadway({ operations: [SCRIPTED], bufferMaxSize: 40 })
  onTestFinished(() => headway.close())
  return {
    url: headway.url,
    token: async (userId, expiresInSeconds = 3_600) => headway.tokenFor(userId, { expiresInSeconds }),
    job: (jobId) => scripted(headway.job(jobId)),
    publish: async (userId, message) => headway.publish(userId, message),
    wipe: async () => headway.wipeLog(),
    cut: () => headway.disconnect(),
  }
}

function scripted(job: FakeJob): ScriptedJob {
  return {
    start: async () => job.start(),
    progress: async (percent, label) => job.progress(percent, label),
    step: async (name, status, error) =>
      job.step(name, status, { durationMs: 5, ...(error !== undefined && { error }) }),
    text: async (text) => job.text(text),
    artifact: async (name, data, contentType) => job.artifact(name, data, contentType),
    ask: async ({ name, ...question }) => void job.ask(name, question),
    complete: async (result) => job.complete(result),
    fail: async (error, code) => job.fail(error, { code }),
    retry: async () => job.retry(),
    letGo: async () => {},
  }
}
