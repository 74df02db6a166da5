import type { OperationView } from '@headway/jobs'
import type { JsonSchemas } from '../../json-schemas.ts'
import type { PublishedLimits } from '../published-limits.ts'
import type { ApiCall } from './api-call.ts'
import { DEPLOYMENT_CALLS, DEV_TOKEN_CALL, metricsCall } from './calls/deployment-calls.ts'
import { JOB_CALLS } from './calls/job-calls.ts'
import { OPERATION_CALLS } from './calls/operation-calls.ts'
import { ORDER_CALLS } from './calls/order-calls.ts'
import { COMPONENTS } from './components.ts'
import { describeCall, SECURITY_SCHEMES } from './describe-call.ts'
import { describeLimits } from './describe-limits.ts'
import { describeNewJobs, withNewJobExample } from './describe-new-jobs.ts'
import { jsonSchemasOf } from './json-schema-of.ts'
import type { OpenApiDocument } from './openapi-document.ts'
import { TAGS } from './tags.ts'

export interface DescribeApiOptions {
  limits: PublishedLimits
  /** What inputs are checked with. */
  schemas: JsonSchemas
  /** Whether tokens are given to whoever asks. */
  hasDevToken: boolean
  /** Whether metrics are served, and to whom. */
  metrics: 'none' | 'open' | 'with-token'
}

const DESCRIPTION = `Jobs that outlive the page: start work, close the laptop, open the phone, and see the exact state and every event,
once and in order. Messages come by Socket.IO at \`/socket.io\`; \`docs/protocol.md\` describes them.

Every error is a problem of RFC 9457 with a stable \`code\`. Every answer has an \`X-Request-Id\`, which the log knows too. A wrong method
is answered 405 with \`Allow\`.`

/** The description of everything that this server answers over HTTP, made of what its routes check with. */
export function describeApi(
  operations: readonly OperationView[],
  options: DescribeApiOptions,
): OpenApiDocument {
  const { limits, schemas } = options
  const tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headway',
      version: '1',
      summary: 'A realtime layer for web applications that run long jobs',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags,
    paths: describePaths(callsOf(options).map((call) => withNewJobExample(call, operations))),
    components: {
      schemas: {
        ...describeNewJobs(operations, schemas),
        ...jsonSchemasOf(COMPONENTS),
        Limits: describeLimits(limits),
      },
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

function callsOf({ hasDevToken, metrics }: DescribeApiOptions): ApiCall[] {
  return [
    ...JOB_CALLS,
    ...OPERATION_CALLS,
    ...ORDER_CALLS,
    ...DEPLOYMENT_CALLS,
    ...(hasDevToken ? [DEV_TOKEN_CALL] : []),
    ...(metrics === 'none' ? [] : [metricsCall({ isOpen: metrics === 'open' })]),
  ]
}

function describePaths(calls: readonly ApiCall[]): OpenApiDocument['paths'] {
  const paths = [...Map.groupBy(calls, ({ path }) => path)]
  return Object.fromEntries(
    paths.map(([path, ofPath]) => [
      path,
      Object.fromEntries(ofPath.map((call) => [call.method, describeCall(call)])),
    ]),
  )
}
