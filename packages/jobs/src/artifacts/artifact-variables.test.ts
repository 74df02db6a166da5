import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { artifactProblems, artifactVariables, toArtifactSettings } from './artifact-variables.ts'

const variables = z.object(artifactVariables)
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
    expect(issues.map(({ path }) => path[0])).toEqual([name])
    const isSecret = /KEY|ENDPOINT/.test(name)
    expect(issues[0]?.message.includes(value)).toBe(!isSecret)
  })

  it.each([
    [{ ARTIFACTS_S3_REGION: 'eu-central-1' }, /^ARTIFACTS_S3_REGION is set while ARTIFACTS_S3_BUCKET is not/],
    [
      { ...BUCKET, ARTIFACTS_S3_ACCESS_KEY_ID: 'id' },
      /^ARTIFACTS_S3_ACCESS_KEY_ID is set while ARTIFACTS_S3_SECRET_ACCESS_KEY is not/,
    ],
    [
      { ...BUCKET, ARTIFACTS_S3_SECRET_ACCESS_KEY: 'canary' },
      /^ARTIFACTS_S3_SECRET_ACCESS_KEY is set while ARTIFACTS_S3_ACCESS_KEY_ID is not/,
    ],
  ])('is not half told: %j', (given, problem) => {
    const [found = ''] = artifactProblems(variables.parse(given))
    expect(found).toMatch(problem)
    expect(found).not.toContain('canary')
    expect(artifactProblems(variables.parse({ ...BUCKET, ...KEY }))).toEqual([])
  })
})
