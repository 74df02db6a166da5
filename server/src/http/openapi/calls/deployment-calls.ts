import type { ApiCall } from '../api-call.ts'

/** The calls about a deployment itself. */
export const DEPLOYMENT_CALLS: readonly ApiCall[] = [
  {
    method: 'get',
    path: '/api/limits',
    operationId: 'readLimits',
    tag: 'Deployment',
    summary: 'Read every limit that a client may run into',
    access: 'public',
    answers: { 200: { description: 'The limits, as groups of numbers.', schema: 'Limits' } },
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'readDescription',
    tag: 'Deployment',
    summary: 'Read this description',
    access: 'public',
    headers: ['If-None-Match'],
    answers: {
      200: { description: 'An OpenAPI 3.1 document.', schema: 'OpenApi', headers: ['ETag'] },
      304: { description: 'The client has it already.', headers: ['ETag'] },
    },
    refusals: [{ code: 'unavailable' }],
  },
  {
    method: 'get',
    path: '/api/docs',
    operationId: 'readDocs',
    tag: 'Deployment',
    summary: 'Read this description as a page',
    access: 'public',
    headers: ['If-None-Match'],
    answers: {
      200: { description: 'A page for people.', contentType: 'text/html', headers: ['ETag'] },
      304: { description: 'The client has it already.', headers: ['ETag'] },
    },
    refusals: [{ code: 'unavailable' }],
  },
  {
    method: 'get',
    path: '/health',
    operationId: 'isLive',
    tag: 'Deployment',
    summary: 'Ask whether the process answers',
    access: 'public',
    answers: { 200: { description: 'It does.', schema: 'Live' } },
  },
  {
    method: 'get',
    path: '/ready',
    operationId: 'isReady',
    tag: 'Deployment',
    summary: 'Ask whether clients may be sent here',
    access: 'public',
    answers: { 200: { description: 'Redis and Postgres answer.', schema: 'Ready' } },
    refusals: [
      {
        code: 'unavailable',
        when: 'Redis or Postgres cannot be reached, or the server lets its clients go.',
      },
    ],
  },
]

/** Exists in the embedded mode only. */
export const DEV_TOKEN_CALL: ApiCall = {
  method: 'post',
  path: '/api/auth/dev-token',
  operationId: 'createDevToken',
  tag: 'Deployment',
  summary: 'Get a token for any user',
  description: 'Exists in the embedded mode only, so that one can try everything alone.',
  access: 'public',
  body: { schema: 'DevTokenRequest', example: { userId: 'ada' } },
  answers: { 200: { description: 'A token.', schema: 'DevToken' } },
  refusals: [
    { code: 'forbidden', when: 'The page that asks is of a name that is not known to be this server.' },
  ],
}

/** What Prometheus reads, where it is served on this port. */
export function metricsCall({ isOpen }: { isOpen: boolean }): ApiCall {
  return {
    method: 'get',
    path: '/metrics',
    operationId: 'readMetrics',
    tag: 'Deployment',
    summary: 'Read the metrics',
    access: isOpen ? 'public' : 'scraper',
    answers: { 200: { description: 'In the text format of Prometheus.', contentType: 'text/plain' } },
  }
}
