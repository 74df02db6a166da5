import { expect, it } from 'vitest'
import { FakeRest } from '../test/fake-rest.ts'
import { FakeServer } from '../test/fake-server.ts'
import { createClient } from './create-client.ts'
import { startJob } from './start-job.ts'

it('starts a job, with the key that makes a retry safe', async () => {
  const rest = new FakeRest(new FakeServer())
  const client = createClient({ getToken: () => 'token', fetch: rest.fetch })
  const job = await startJob(client, 'rehearse', { steps: 3 }, { idempotencyKey: 'k' })
  expect(job).toMatchObject({ jobId: 'started-1', operationType: 'rehearse', input: { steps: 3 } })
  await startJob(client, 'rehearse', {})
  expect(rest.idempotencyKeys).toEqual(['k', undefined])
  rest.failures = [503]
  await expect(startJob(client, 'rehearse', {})).rejects.toMatchObject({ code: 'unavailable' })
  client.destroy()
})

it('throws an error with a code, also where there was no token to be had', async () => {
  const client = createClient({ getToken: () => Promise.reject(new Error('signed out')) })
  await expect(startJob(client, 'rehearse', {})).rejects.toMatchObject({
    code: 'unavailable',
    message: '/api/jobs was not answered (Error: getToken failed: Error: signed out). Try again.',
  })
  client.destroy()
})
