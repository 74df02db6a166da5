import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { uniqueUserId } from '@headway/test-kit'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { ArtifactTooLargeError, UnknownUploadError, type JobEngine, type NewUpload } from '../src/index.ts'
import { removeEndedJobs } from '../src/retention/remove-ended-jobs.ts'
import { S3Server } from './support/s3-server.ts'
import { openTestEngine } from './support/test-engine.ts'

const RETENTION = { maxAgeDays: 30, maxJobsPerUser: 1_000 }

async function open(place: 'a folder' | 'a bucket' = 'a folder') {
  const s3 = place === 'a bucket' ? await S3Server.open() : undefined
  const { engine } = await openTestEngine({
    retention: RETENTION,
    ...(s3 && { artifactsBucket: s3.settings }),
  })
  const userId = uniqueUserId()
  const store = (source: NewUpload['source'], options: Partial<NewUpload> = {}) =>
    engine.uploads.store({
      userId,
      name: 'orders.csv',
      contentType: 'text/csv',
      maxBytes: 1_000,
      maxUnused: 3,
      source,
      ...options,
    })
  const stored = async (source: NewUpload['source'] = 'a,b\n') => {
    const outcome = await store(source)
    if (outcome.outcome !== 'stored') throw new Error('It was not stored.')
    return outcome.upload
  }
  const create = (uploadId: string, owner = userId) =>
    engine.jobs.create({ userId: owner, operationType: 'import', input: { uploadId }, uploadIds: [uploadId] })
  return { engine, userId, store, stored, create }
}

async function ids({ db }: JobEngine): Promise<string[]> {
  return (await db.selectFrom('uploads').select('upload_id').execute()).map((row) => row.upload_id)
}

/** As if everything had been uploaded two days ago. */
async function age({ db }: JobEngine): Promise<void> {
  await db
    .updateTable('uploads')
    .set({ used_at: sql<Date>`now() - interval '2 days'` })
    .execute()
}

async function* broken() {
  yield 'a,'
  throw new Error('the page is gone')
}

async function* hanging(until: Promise<undefined>) {
  yield 'a,'
  await until
}

describe.each(['a folder', 'a bucket'] as const)('uploads in %s', (place) => {
  it('are stored as they come, and read by their user alone (J73)', async () => {
    const { engine, userId, store } = await open(place)
    const outcome = await store(Readable.from(['a,', 'b\n']))
    expect(outcome).toMatchObject({ outcome: 'stored', upload: { name: 'orders.csv', size: 4 } })
    const { upload } = outcome as Extract<typeof outcome, { outcome: 'stored' }>
    const found = await engine.uploads.find(userId, upload.uploadId)
    expect(found).toMatchObject(upload)
    expect(await text(await found!.stream())).toBe('a,b\n')
    expect(await engine.uploads.find(uniqueUserId(), upload.uploadId)).toBeUndefined()
    expect(await engine.uploads.find(userId, 'no-uuid')).toBeUndefined()
  })

  it('leave nothing of one that is too large or breaks off (J74)', async () => {
    const { engine, store } = await open(place)
    await expect(store(Readable.from(['x'.repeat(600), 'x'.repeat(600)]))).rejects.toBeInstanceOf(
      ArtifactTooLargeError,
    )
    await expect(store(broken())).rejects.toThrow('the page is gone')
    expect(await ids(engine)).toEqual([])
    await engine.retention.run()
    expect(await engine.db.selectFrom('unused_files').selectAll().execute()).toEqual([])
  })
})

it('that a crash has cut off are removed with what had arrived (J74)', async () => {
  const { engine, userId, store } = await open()
  const crashed = Promise.withResolvers<undefined>()
  const storing = store(hanging(crashed.promise)).catch(() => undefined)
  await expect.poll(() => ids(engine)).toHaveLength(1)
  const { storage_key: key } = await engine.db
    .selectFrom('uploads')
    .select('storage_key')
    .executeTakeFirstOrThrow()
  await expect.poll(() => engine.artifacts.get(key).then(String, () => '')).toBe('a,')
  expect(await engine.uploads.find(userId, key.slice('uploads/'.length))).toBeUndefined()
  await age(engine)
  await engine.retention.run()
  expect(await ids(engine)).toEqual([])
  await expect(engine.artifacts.get(key)).rejects.toThrow(key)
  crashed.reject(new Error('the test is over'))
  await storing
})

it('are at most so many that no job has, also of those that come at the same time (J75)', async () => {
  const { store, create, stored } = await open()
  await create((await stored()).uploadId)
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => store('a')))
  expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(3)
  expect(await store('a', { userId: uniqueUserId() })).toMatchObject({ outcome: 'stored' })
})

it('are given to jobs of their user alone, and only whole (J73)', async () => {
  const { engine, userId, create, stored } = await open()
  const { uploadId } = await stored()
  await expect(create(uploadId, uniqueUserId())).rejects.toBeInstanceOf(UnknownUploadError)
  await expect(create('0199d4a4-0000-7000-8000-000000000000')).rejects.toBeInstanceOf(UnknownUploadError)
  expect((await engine.jobs.list({ userId, limit: 10 })).jobs).toEqual([])
  await engine.db.updateTable('uploads').set({ size: null }).where('upload_id', '=', uploadId).execute()
  await expect(create(uploadId)).rejects.toBeInstanceOf(UnknownUploadError)
  expect(await engine.uploads.find(userId, uploadId)).toBeUndefined()
})

it('are removed with their files after a day without a job, and with the last job that had them (J76)', async () => {
  const { engine, userId, create, stored } = await open()
  const [unused, used] = [await stored(), await stored()]
  const jobIds: string[] = []
  for (const _ of [1, 2]) {
    const creation = await create(used.uploadId)
    if (creation.outcome === 'created') jobIds.push(creation.response.jobId)
  }
  await engine.retention.run()
  expect(await ids(engine)).toHaveLength(2)

  await age(engine)
  const found = await engine.uploads.find(userId, unused.uploadId)
  await engine.retention.run()
  expect(await ids(engine)).toEqual([used.uploadId])
  await expect(found!.stream().then(text)).rejects.toThrow(/ENOENT|no such file/i)

  for (const jobId of jobIds) {
    expect(await ids(engine)).toEqual([used.uploadId])
    await engine.jobs.cancel({ userId, jobId, reason: '', by: 'user' })
    await removeEndedJobs(engine.db, [jobId])
    await engine.retention.run()
  }
  expect(await ids(engine)).toEqual([])
})

it('stay for a job that is being created while they expire (J76)', async () => {
  const { engine, userId, stored } = await open()
  const { uploadId } = await stored()
  await age(engine)
  await engine.db.transaction().execute(async (trx) => {
    // What a creation does first; retention passes over it.
    await trx.updateTable('uploads').set({ used_at: new Date() }).where('upload_id', '=', uploadId).execute()
    await engine.retention.run()
  })
  expect(await engine.uploads.find(userId, uploadId)).toBeDefined()
})
