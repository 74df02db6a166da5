import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { artifactVariables, checkArtifactVariables, toArtifactSettings } from './artifact-variables.ts'

const variables = z.object(artifactVariables).superRefine(checkArtifactVariables)
const BUCKET = { ARTIFACTS_S3_BUCKET: 'files' }
const KEY = { ARTIFACTS_S3_ACCESS_KEY_ID: 'id', ARTIFACTS_S3_SECRET_ACCESS_KEY: 'canary-of-the-secret' }

describe('where artifacts are kept', () => {
  it('is the folder unless a bucket is named', () => {
    expect(toArtifactSettings(variables.parse({}))).toEqual({
      artifactsBucket: undefined,
      artifactLimits: { maxBytes: 52_428_800, maxBytesPerJob: 524_288_000 },
    })
  })

  it('is a bucket of Amazon\u2019s, with the role of the machine, where nothing else is said', () => {
    expect(toArtifactSettings(variables.parse(BUCKET)).artifactsBucket).toEqual({
      bucket: 'files',
      endpoint: undefined,
      region: 'us-east-1',
      credentials: undefined,
      forcePathStyle: false,
      prefix: '',
    })
  })

  it('is a bucket elsewhere, in the path of its address, with its key and below its prefix', () => {
    const given = { ARTIFACTS_S3_ENDPOINT: 'http://minio:9000', ARTIFACTS_S3_PREFIX: 'headway/one', ...KEY }
    const { artifactsBucket } = toArtifactSettings(variables.parse({ ...BUCKET, ...given }))
    expect(artifactsBucket).toMatchObject({
      endpoint: 'http://minio:9000',
      credentials: { accessKeyId: 'id', secretAccessKey: 'canary-of-the-secret' },
      forcePathStyle: true,
      prefix: 'headway/one/',
    })
    const inHost = variables.parse({ ...BUCKET, ...given, ARTIFACTS_S3_FORCE_PATH_STYLE: '0' })
    expect(toArtifactSettings(inHost).artifactsBucket).toMatchObject({ forcePathStyle: false })
  })

  it.each([
    ['ARTIFACTS_S3_BUCKET', 'Not A Bucket'],
    ['ARTIFACTS_S3_ENDPOINT', 'https://user:password@s3.example.com'],
    ['ARTIFACTS_S3_ENDPOINT', 'https://s3.example.com/bucket'],
    ['ARTIFACTS_S3_ENDPOINT', 'ftp://s3.example.com'],
    ['ARTIFACTS_S3_REGION', 'EU Central'],
    ['ARTIFACTS_S3_PREFIX', '/headway'],
    ['ARTIFACTS_S3_PREFIX', 'a/../b'],
    ['ARTIFACTS_S3_FORCE_PATH_STYLE', 'perhaps'],
    ['ARTIFACTS_S3_SECRET_ACCESS_KEY', 'with space'],
    ['ARTIFACT_MAX_BYTES', '0'],
    ['ARTIFACT_MAX_BYTES_PER_JOB', '1e9'],
  ])('can\u2019t be told by %s=%s', (name, value) => {
    const issues = variables.safeParse({ ...BUCKET, [name]: value }).error?.issues ?? []
    expect(issues[0]?.path).toEqual([name])
    const isSecret = /KEY|ENDPOINT/.test(name)
    expect(issues[0]?.message.includes(value)).toBe(!isSecret)
  })

  it.each([
    [{ ARTIFACTS_S3_REGION: 'eu-central-1' }, 'ARTIFACTS_S3_REGION', 'ARTIFACTS_S3_BUCKET'],
    [
      { ...BUCKET, ARTIFACTS_S3_ACCESS_KEY_ID: 'id' },
      'ARTIFACTS_S3_ACCESS_KEY_ID',
      'ARTIFACTS_S3_SECRET_ACCESS_KEY',
    ],
    [
      { ...BUCKET, ARTIFACTS_S3_SECRET_ACCESS_KEY: 'canary' },
      'ARTIFACTS_S3_SECRET_ACCESS_KEY',
      'ARTIFACTS_S3_ACCESS_KEY_ID',
    ],
  ])('is not half told: %j', (given, name, missing) => {
    const issues = variables.safeParse(given).error?.issues ?? []
    expect(issues.map(({ path }) => path)).toEqual([[name]])
    expect(issues[0]?.message).toContain(`is set while ${missing} is not`)
    expect(issues[0]?.message).not.toContain('canary')
  })
})
