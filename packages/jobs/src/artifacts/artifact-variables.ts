import { z } from 'zod'
import { DEFAULT_ARTIFACT_LIMITS, type ArtifactLimits } from './artifact-limits.ts'
import type { S3Settings } from './s3-settings.ts'

const MAX_BYTES = 5_368_709_120
const { maxBytes, maxBytesPerJob } = DEFAULT_ARTIFACT_LIMITS
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const PREFIX = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*\/?$/
const VISIBLE = /^[\x21-\x7e]{1,256}$/

/** The environment variables that say where artifacts are kept and how many, for the configuration of every process that stores or reads them. */
export const artifactVariables = {
  ARTIFACT_MAX_BYTES: wholeNumber(maxBytes),
  ARTIFACT_MAX_BYTES_PER_JOB: wholeNumber(maxBytesPerJob),
  ARTIFACTS_S3_BUCKET: text(
    (value) => BUCKET.test(value),
    'the name of a bucket',
    'headway-artifacts',
  ).optional(),
  ARTIFACTS_S3_ENDPOINT: z
    .string()
    .refine(isEndpoint, {
      error: 'is not an http or https URL without a path, user or query. Set it like https://s3.example.com.',
    })
    .optional(),
  ARTIFACTS_S3_REGION: text(
    (value) => /^[a-z0-9-]{1,64}$/.test(value),
    'a region',
    'eu-central-1',
  ).optional(),
  ARTIFACTS_S3_ACCESS_KEY_ID: secret('a key id').optional(),
  ARTIFACTS_S3_SECRET_ACCESS_KEY: secret('a secret key').optional(),
  ARTIFACTS_S3_FORCE_PATH_STYLE: text(
    (value) => /^(?:[01]|true|false)$/i.test(value),
    '1 or 0',
    '1',
  ).optional(),
  ARTIFACTS_S3_PREFIX: text(
    (value) => PREFIX.test(value),
    'a path of letters, digits, ".", "_" and "-" that begins without a slash',
    'headway/',
  ).optional(),
}

type Variables = z.output<z.ZodObject<typeof artifactVariables>>

/** For `superRefine` of the whole: what the variables say together, and one alone does not. */
export function checkArtifactVariables(values: Variables, context: z.RefinementCtx): void {
  const problem = values.ARTIFACTS_S3_BUCKET === undefined ? withoutBucket(values) : halfAKey(values)
  if (problem === undefined) return
  context.addIssue({ code: 'custom', path: [problem.name], message: problem.message })
}

interface Problem {
  name: keyof Variables
  message: string
}

function withoutBucket(values: Variables): Problem | undefined {
  const names = Object.keys(artifactVariables) as (keyof Variables)[]
  const name = names.find((each) => each.startsWith('ARTIFACTS_S3_') && values[each] !== undefined)
  const message =
    'is set while ARTIFACTS_S3_BUCKET is not: artifacts would go into the folder. Set both, or neither.'
  return name && { name, message }
}

function halfAKey(values: Variables): Problem | undefined {
  const names = ['ARTIFACTS_S3_ACCESS_KEY_ID', 'ARTIFACTS_S3_SECRET_ACCESS_KEY'] as const
  const name = names.find((each) => values[each] !== undefined)
  const missing = names.find((each) => values[each] === undefined)
  if (name === undefined || missing === undefined) return undefined
  const message = `is set while ${missing} is not. Set both, or neither where the machine has a role of its own.`
  return { name, message }
}

/** What {@link openJobs} is to be told. Holds a secret: never log it. */
export function toArtifactSettings(values: Variables): {
  artifactsBucket: S3Settings | undefined
  artifactLimits: ArtifactLimits
} {
  return {
    artifactsBucket: toBucket(values),
    artifactLimits: {
      maxBytes: values.ARTIFACT_MAX_BYTES,
      maxBytesPerJob: values.ARTIFACT_MAX_BYTES_PER_JOB,
    },
  }
}

function toBucket(values: Variables): S3Settings | undefined {
  const {
    ARTIFACTS_S3_BUCKET: bucket,
    ARTIFACTS_S3_ENDPOINT: endpoint,
    ARTIFACTS_S3_PREFIX: prefix = '',
  } = values
  if (bucket === undefined) return undefined
  const { ARTIFACTS_S3_ACCESS_KEY_ID: accessKeyId, ARTIFACTS_S3_SECRET_ACCESS_KEY: secretAccessKey } = values
  const pathStyle = values.ARTIFACTS_S3_FORCE_PATH_STYLE
  return {
    bucket,
    endpoint,
    region: values.ARTIFACTS_S3_REGION ?? 'us-east-1',
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    // Amazon wants the bucket in the host, and most others run where no such host has a name.
    forcePathStyle: pathStyle === undefined ? endpoint !== undefined : /^(?:1|true)$/i.test(pathStyle),
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
  }
}

function isEndpoint(value: string): boolean {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  return (
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  )
}

function wholeNumber(byDefault: number) {
  const isFit = (value: string) =>
    /^\d{1,15}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_BYTES
  return text(isFit, `a whole number from 1 to ${MAX_BYTES}`, String(byDefault))
    .transform(Number)
    .default(byDefault)
}

function text(isFit: (value: string) => boolean, expected: string, example: string) {
  return z.string().refine(isFit, {
    error: ({ input }) => `is ${JSON.stringify(input)}, which is not ${expected}. Set it like ${example}.`,
  })
}

/** Its value is never repeated in a message. */
function secret(what: string) {
  return z
    .string()
    .regex(VISIBLE, { error: `has a value that is not ${what}: 1 to 256 visible ASCII characters.` })
}
