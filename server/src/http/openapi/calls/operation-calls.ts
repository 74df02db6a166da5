import { uploadQuery } from '../../uploads/store-upload.ts'
import type { ApiCall } from '../api-call.ts'

/** What a job is made of: the operations there are, and files for them. */
export const OPERATION_CALLS: readonly ApiCall[] = [
  {
    method: 'get',
    path: '/api/operations',
    operationId: 'listOperations',
    tag: 'Operations',
    summary: 'List the operations, with the JSON Schemas of their input',
    access: 'user',
    answers: {
      200: { description: 'The operations, also those that are not available.', schema: 'Operations' },
    },
  },
  {
    method: 'post',
    path: '/api/uploads',
    operationId: 'storeUpload',
    tag: 'Uploads',
    summary: 'Upload a file for a job',
    description:
      'The body is the file as it is. A field of an input whose schema says `format: "upload"` takes the `uploadId`.',
    access: 'user',
    query: uploadQuery,
    body: 'file',
    answers: { 201: { description: 'The file is stored.', schema: 'Upload' } },
    refusals: [
      { code: 'rate_limited' },
      { code: 'limit_exceeded', when: 'The user has as many uploads that no job has as may be.' },
    ],
  },
]
