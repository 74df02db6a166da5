import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import { Deployment } from './support/deployment.ts'

const store = defineOperation({
  type: 'store-bytes',
  description: 'Stores so many bytes, as a stream.',
  timeoutMs: 60_000,
  input: z.object({ pieces: z.int(), hangs: z.boolean().default(false) }),
  async run(ctx) {
    async function* bytes() {
      for (let n = 0; n < ctx.input.pieces; n++) yield Buffer.alloc(1000, n)
      if (ctx.input.hangs) await new Promise(() => undefined)
    }
    await ctx.progress(1, 'Storing')
    const { size } = await ctx.artifact('bytes.bin', Readable.from(bytes()), 'application/octet-stream')
    return { size }
  },
})

let deployment: Deployment
beforeAll(async () => {
  deployment = await Deployment.open()
  const artifactLimits = { maxBytes: 5000, maxBytesPerJob: 10_000 }
  await deployment.startWorker({ operations: [store], artifactLimits })
})
afterAll(() => deployment.close())

it('stores what an operation streams', async () => {
  const jobId = await deployment.createJob('store-bytes', { pieces: 5 })
  const job = await deployment.reaches(jobId, 'completed')
  expect(job.result).toEqual({ size: 5000 })
  const found = await deployment.engine.artifacts.find(deployment.userId, jobId, job.artifacts[0]!.artifactId)
  expect(await buffer(await deployment.engine.artifacts.stream(found!.key))).toHaveLength(5000)
})

it('fails a job for good that stores too much, naming the limit', async () => {
  const jobId = await deployment.createJob('store-bytes', { pieces: 6 })
  const job = await deployment.reaches(jobId, 'failed')
  expect(job).toMatchObject({ errorCode: 'payload_too_large', attempt: 1, artifacts: [] })
  expect(job.error).toContain('5000 bytes')
  expect(await deployment.engine.artifacts.files(jobId)).toEqual([])
})

it('cancels a job whose stream hangs, and keeps nothing of it', async () => {
  const jobId = await deployment.createJob('store-bytes', { pieces: 2, hangs: true })
  await deployment.tap.sees(jobId, 'JOB_PROGRESS')
  await deployment.cancel(jobId)
  await deployment.reaches(jobId, 'cancelled')
  await expect.poll(() => deployment.engine.artifacts.files(jobId)).toEqual([])
})
