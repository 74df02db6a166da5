import { z } from 'zod'
import { JOB_ID_PATTERN } from './channels.ts'
import { JOB_STATES } from './job-states.ts'

const count = z.int().nonnegative()
const time = z.iso.datetime()

/** A part of a job that runs once: the schema of `StepView`. */
const stepViewSchema = z.object({
  name: z.string(),
  index: count,
  status: z.enum(['started', 'completed', 'failed']),
  durationMs: z.number().nonnegative().nullable(),
})

/** A file that a job has made: the schema of `ArtifactView`. */
const artifactViewSchema = z.object({
  artifactId: z.string().regex(JOB_ID_PATTERN),
  name: z.string(),
  contentType: z.string(),
  size: count.meta({ description: 'In bytes.' }),
})

/** What a job waits to be told: the schema of `QuestionView`. */
const questionViewSchema = z.object({
  name: z.string(),
  prompt: z.string(),
  schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the answer.' }),
})

/** A job as REST and `subscribe:job` show it to its owner: the schema of `JobView`. Fields of later versions pass. */
export const jobViewSchema = z.object({
  jobId: z.string().regex(JOB_ID_PATTERN),
  operationType: z.string().min(1),
  state: z.enum(JOB_STATES),
  version: z.int().positive().meta({ description: 'Rises by one with each lifecycle message.' }),
  progress: z.number().min(0).max(100),
  progressN: count.meta({
    description: '`n` of the progress message that `progress` and `label` come from; 0 before the first.',
  }),
  label: z.string(),
  attempt: count.meta({ description: 'How often a worker has claimed the job.' }),
  cancelRequested: z
    .boolean()
    .meta({ description: 'A cancel was asked for and the worker has not ended yet.' }),
  input: z.record(z.string(), z.unknown()),
  result: z.unknown(),
  error: z.string().nullable(),
  errorCode: z.string().nullable(),
  steps: z.array(stepViewSchema),
  question: questionViewSchema.nullable().meta({ description: 'What the job waits to be told.' }),
  artifacts: z.array(artifactViewSchema),
  textEnd: count.meta({ description: "Length of the job's text in UTF-8 bytes." }),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
})
