import type { ApiCall } from './api-call.ts'
import { REQUEST_HEADERS } from './headers.ts'
import { jsonSchemaOf, type JsonSchema } from './json-schema-of.ts'
import type { OpenApiParameter } from './openapi-document.ts'
import { PATH_PARAMETERS } from './path-parameters.ts'

/** What a call takes beside its body: from its path, its query and its headers. */
export function describeParameters({ path, query, headers = [] }: ApiCall): OpenApiParameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  return [
    ...names.map(describePathParameter),
    ...(query === undefined ? [] : describeQuery(query)),
    ...headers.map((name): OpenApiParameter => {
      const { description, schema } = REQUEST_HEADERS[name]
      return { name, in: 'header', required: false, description, schema: jsonSchemaOf(schema) }
    }),
  ]
}

function describePathParameter(name: string): OpenApiParameter {
  const schema = PATH_PARAMETERS[name]
  if (schema === undefined) throw new Error(`The path parameter ${name} has no schema in PATH_PARAMETERS.`)
  return { name, in: 'path', required: true, schema: jsonSchemaOf(schema) }
}

/** A query is text; the schemas are of what the text means, as OpenAPI has it. */
function describeQuery(query: NonNullable<ApiCall['query']>): OpenApiParameter[] {
  const { properties } = jsonSchemaOf(query, 'output') as { properties: Record<string, JsonSchema> }
  const { required = [] } = jsonSchemaOf(query) as { required?: string[] }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema,
  }))
}
