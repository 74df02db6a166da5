import type { Access, ApiCall, CallAnswer, CallBody } from './api-call.ts'
import { describeParameters } from './describe-parameters.ts'
import { ANSWER_HEADERS } from './headers.ts'
import { jsonSchemaOf, SCHEMAS_AT } from './json-schema-of.ts'
import type { OpenApiContent, OpenApiOperation, OpenApiResponse } from './openapi-document.ts'
import { describeRefusals } from './refusals.ts'

/** How a token is brought, by the names of {@link SECURITY}. */
export const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token whose `sub` is the user.',
  },
  tokenInAddress: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description:
      'The same token, for what a browser fetches by itself: the `src` of a picture, a download, an EventSource.',
  },
  metricsToken: { type: 'http', scheme: 'bearer', description: 'The `METRICS_TOKEN` of the server.' },
}

const SECURITY: Record<Access, Record<string, string[]>[]> = {
  public: [],
  user: [{ token: [] }],
  'user-by-address': [{ token: [] }, { tokenInAddress: [] }],
  scraper: [{ metricsToken: [] }],
}

/** A call as OpenAPI has it. */
export function describeCall(call: ApiCall): OpenApiOperation {
  const { operationId, summary, description, tag, access, body, answers } = call
  const successes = Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)])
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: SECURITY[access],
    parameters: describeParameters(call),
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: { ...Object.fromEntries(successes), ...describeRefusals(call) },
  }
}

function describeBody(body: CallBody): { required: boolean; content: OpenApiContent } {
  if (body === 'file') return { required: true, content: { '*/*': {} } }
  return { required: body.isOptional !== true, content: jsonOf(body.schema, body.example) }
}

function describeAnswer({ description, schema, contentType, headers = [] }: CallAnswer): OpenApiResponse {
  const described = headers.map((name) => [
    name,
    { description: ANSWER_HEADERS[name].description, schema: jsonSchemaOf(ANSWER_HEADERS[name].schema) },
  ])
  return {
    description,
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(described) }),
    ...(schema === undefined ? {} : { content: jsonOf(schema) }),
    ...(contentType === undefined ? {} : { content: { [contentType]: textOf(contentType) } }),
  }
}

function jsonOf(schema: string, example?: unknown): OpenApiContent {
  return {
    'application/json': {
      schema: { $ref: `${SCHEMAS_AT}${schema}` },
      ...(example === undefined ? {} : { example }),
    },
  }
}

/** Bytes of any kind have no schema. */
function textOf(contentType: string): { schema?: { type: 'string' } } {
  return contentType.startsWith('text/') ? { schema: { type: 'string' } } : {}
}
