import { jobEventsQuery } from '../../last-event-id.ts'
import { jobsQuery } from '../../list-jobs.ts'
import type { ApiCall, CallAnswer, Refusal } from '../api-call.ts'

const NOT_FOUND: Refusal = { code: 'not_found' }

const TOO_BIG_RANGE: Refusal = {
  code: 'bad_request',
  status: 416,
  when: 'The range begins behind the end.',
}

const OPERATION_UNAVAILABLE: Refusal = {
  code: 'unavailable',
  when: 'The operation is not available, or what the answer needs cannot be reached.',
}

const ACCEPTED: CallAnswer = { description: 'The job as it is now.', schema: 'JobView' }

/** The calls on jobs. */
export const JOB_CALLS: readonly ApiCall[] = [
  {
    method: 'post',
    path: '/api/jobs',
    operationId: 'createJob',
    tag: 'Jobs',
    summary: 'Start a job',
    description: 'It is in the queue when this answers, and goes on whoever is connected.',
    access: 'user',
    headers: ['Idempotency-Key'],
    body: { schema: 'NewJob' },
    answers: { 201: { description: 'The new job.', schema: 'JobCreated', headers: ['Location'] } },
    refusals: [
      {
        code: 'bad_request',
        when: 'The input does not fit the operation; `errors` says what is wrong, and where.',
      },
      { code: 'unsupported_operation' },
      { code: 'idempotency_mismatch' },
      { code: 'rate_limited' },
      { code: 'limit_exceeded', when: 'The user has as many jobs that have not ended as may be.' },
      OPERATION_UNAVAILABLE,
    ],
  },
  {
    method: 'get',
    path: '/api/jobs',
    operationId: 'listJobs',
    tag: 'Jobs',
    summary: 'List jobs, the newest first',
    access: 'user',
    query: jobsQuery,
    answers: { 200: { description: 'A page of the jobs.', schema: 'JobPage' } },
  },
  {
    method: 'get',
    path: '/api/jobs/{jobId}',
    operationId: 'viewJob',
    tag: 'Jobs',
    summary: 'See a job',
    access: 'user',
    answers: { 200: { description: 'The job.', schema: 'JobView' } },
    refusals: [NOT_FOUND],
  },
  {
    method: 'patch',
    path: '/api/jobs/{jobId}/cancel',
    operationId: 'cancelJob',
    tag: 'Jobs',
    summary: 'Cancel a job',
    description:
      'One that runs goes on until its worker has let go; `cancelRequested` says so. One that is cancelled already stays so.',
    access: 'user',
    body: { schema: 'JobCancellation', isOptional: true, example: { reason: 'Not needed any more' } },
    answers: { 202: ACCEPTED },
    refusals: [NOT_FOUND, { code: 'conflict', when: 'The job has ended.' }],
  },
  {
    method: 'post',
    path: '/api/jobs/{jobId}/resume',
    operationId: 'resumeJob',
    tag: 'Jobs',
    summary: 'Resume a job after its last completed step',
    access: 'user',
    answers: { 202: ACCEPTED },
    refusals: [
      NOT_FOUND,
      { code: 'conflict', when: 'The job is completed, or has not ended.' },
      {
        code: 'unsupported_operation',
        when: 'This deployment does not run the operation of the job any more.',
      },
      OPERATION_UNAVAILABLE,
    ],
  },
  {
    method: 'post',
    path: '/api/jobs/{jobId}/answers/{question}',
    operationId: 'answerJob',
    tag: 'Jobs',
    summary: 'Answer the question of a job',
    description: 'The open question is `question` of the job, with the JSON Schema that the value must fit.',
    access: 'user',
    body: { schema: 'QuestionAnswer', example: { value: { pace: 'quick' } } },
    answers: { 200: { description: 'The answer was taken, and the job goes on.', schema: 'Ok' } },
    refusals: [
      {
        code: 'bad_request',
        when: 'The value does not fit the question; `errors` says what is wrong, and where.',
      },
      NOT_FOUND,
      { code: 'conflict', when: 'The question is not open, or not any more.' },
    ],
  },
  {
    method: 'get',
    path: '/api/jobs/{jobId}/text',
    operationId: 'readJobText',
    tag: 'Jobs',
    summary: 'Read the text of a job, as far as it is written',
    access: 'user',
    headers: ['Range'],
    answers: {
      200: { description: 'The text so far, in UTF-8.', contentType: 'text/plain' },
      206: {
        description: 'The bytes that were asked for.',
        contentType: 'text/plain',
        headers: ['Content-Range'],
      },
    },
    refusals: [NOT_FOUND, TOO_BIG_RANGE],
  },
  {
    method: 'get',
    path: '/api/jobs/{jobId}/events',
    operationId: 'followJob',
    tag: 'Jobs',
    summary: 'Follow a job as Server-Sent Events',
    description:
      'Begins with a `snapshot`, or with what was missed since the last event; goes on with each message of the job, and ends with it.',
    access: 'user-by-address',
    query: jobEventsQuery,
    headers: ['Last-Event-ID'],
    answers: {
      200: {
        description:
          'Events whose `id` is the `seq`, whose `event` is the `type`, and whose `data` is the message (`Message`).',
        contentType: 'text/event-stream',
      },
      204: {
        description:
          'The job has ended, and the reader has its last message: there is nothing to come back for.',
      },
    },
    refusals: [
      NOT_FOUND,
      { code: 'rate_limited' },
      { code: 'limit_exceeded', when: 'The user has as many open connections as may be.' },
    ],
  },
  {
    method: 'get',
    path: '/api/jobs/{jobId}/artifacts/{artifactId}',
    operationId: 'readArtifact',
    tag: 'Jobs',
    summary: 'Fetch a file that a job has made',
    access: 'user-by-address',
    headers: ['Range', 'If-None-Match'],
    answers: {
      200: { description: 'The file.', contentType: '*/*', headers: ['ETag', 'Content-Disposition'] },
      206: {
        description: 'The bytes that were asked for.',
        contentType: '*/*',
        headers: ['ETag', 'Content-Range'],
      },
      304: { description: 'The client has the file already.', headers: ['ETag'] },
    },
    refusals: [NOT_FOUND, TOO_BIG_RANGE],
  },
]
