import { inspect } from 'node:util'
import type { Logger } from '@headway/event-log'
import { describe, expect, it } from 'vitest'
import { openArtifactDriver } from '../src/artifacts/open-artifact-driver.ts'
import { ArtifactStore, ArtifactStorageError, type S3Settings } from '../src/index.ts'
import { fail, S3Server } from './support/s3-server.ts'
import { openTestEngine, silentLogger } from './support/test-engine.ts'

const SECRETS = ['canary-of-the-secret-key', 'canary-of-the-signature', 'test-key-id']

function open(artifactsBucket: S3Settings, logger: Logger = silentLogger) {
  return openArtifactDriver({ artifactsDir: 'unused', artifactsBucket, logger })
}

/** What a log would hold of the error, with everything that hangs on it. */
async function shown(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ArtifactStorageError)
  return inspect(error, { depth: Infinity, showHidden: true })
}

/** A store whose bucket a test may let fail. */
async function openStore() {
  const s3 = await S3Server.open()
  const { engine } = await openTestEngine()
  const driver = await open(s3.settings)
  return { s3, artifacts: new ArtifactStore({ db: engine.db, driver, prefix: 'shared/' }) }
}

describe('a bucket at the start', () => {
  it('opens where it lets itself be used', async () => {
    const s3 = await S3Server.open()
    await expect(open(s3.settings)).resolves.toBeDefined()
    expect(s3.calls).toEqual(['GET ?list-type'])
  })

  it.each([
    [
      'a wrong secret',
      { credentials: { accessKeyId: 'test-key-id', secretAccessKey: 'canary-of-the-secret-key-2' } },
    ],
    [
      'an unknown key',
      { credentials: { accessKeyId: 'someone', secretAccessKey: 'canary-of-the-secret-key' } },
    ],
    ['a bucket that is not there', { bucket: 'another-one' }],
  ])('refuses %s, and tells no secret', async (_what, wrong) => {
    const s3 = await S3Server.open()
    const text = await shown(open({ ...s3.settings, ...wrong }))
    expect(text).toMatch(/SignatureDoesNotMatch|NoSuchBucket/)
    expect(text).toContain('ARTIFACTS_S3_')
    for (const secret of SECRETS) expect(text).not.toContain(secret)
  })

  it('is a warning where it can\u2019t be reached', async () => {
    const s3 = await S3Server.open()
    const { settings } = s3
    await s3.close()
    const warnings: unknown[][] = []
    await open(settings, { ...silentLogger, warn: (...words) => void warnings.push(words) })
    expect(warnings).toHaveLength(1)
    expect(inspect(warnings, { depth: Infinity })).not.toContain('canary')
  })
})

describe('a bucket that fails later', () => {
  it.each([
    [503, 'SlowDown', 'unavailable'],
    [403, 'AccessDenied', 'internal'],
  ] as const)(
    'says so by its code: %i %s',
    async (status, reason, code) => {
      const { s3, artifacts } = await openStore()
      s3.intercept = ({ response }) => (fail(response, status, reason), true)
      const { calls } = s3
      for (const ask of [
        () => artifacts.put('jobs/a/b', Buffer.from('x')),
        () => artifacts.get('jobs/a/b'),
        () => artifacts.stream('jobs/a/b'),
        () => artifacts.stream('jobs/a/b', { first: 0, last: 1 }),
        () => artifacts.remove('jobs/a/b'),
        () => artifacts.remove('jobs/a/'),
        () => artifacts.jobIds(),
        () =>
          artifacts.write(
            'jobs/a/b',
            (async function* () {
              yield 'x'
            })(),
            { maxBytes: 9 },
          ),
      ]) {
        await expect(ask()).rejects.toMatchObject({ name: 'ArtifactStorageError', code, reason })
      }
      expect(calls.length).toBeGreaterThan(8)
      for (const secret of SECRETS) expect(await shown(artifacts.get('jobs/a/b'))).not.toContain(secret)
    },
    20_000,
  )

  it('is asked once more, and then it works', async () => {
    const { s3, artifacts } = await openStore()
    let isFirst = true
    s3.intercept = ({ response }) => {
      if (!isFirst) return false
      isFirst = false
      fail(response, 500, 'InternalError')
      return true
    }
    await artifacts.put('jobs/a/b', Buffer.from('x'))
    expect((await artifacts.get('jobs/a/b')).toString()).toBe('x')
  })

  it('is not taken for empty where it refuses to remove (J51)', async () => {
    const { s3, artifacts } = await openStore()
    await artifacts.put('jobs/a/b', Buffer.from('x'))
    s3.intercept = ({ name, response }) => name === 'DELETE' && (fail(response, 403, 'AccessDenied'), true)
    await expect(artifacts.remove('jobs/a/')).rejects.toThrow('AccessDenied')
  })
})
