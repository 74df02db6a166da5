import type { OperationView } from '@headway/jobs'
import type { JsonSchemas } from '../../json-schemas.ts'
import { newJobBody } from '../create-job.ts'
import type { ApiCall } from './api-call.ts'
import { jsonSchemaOf, SCHEMAS_AT, type JsonSchema } from './json-schema-of.ts'
import { moveReferences } from './move-references.ts'
import { withType } from './with-type.ts'

/**
 * What `POST /api/jobs` takes, as components: `NewJob` is one of the operations that are registered now, each with the schema that its
 * workers gave it. Whether one is available changes by the minute, and why it is not is told to users alone.
 *
 * @param schemas what the route checks inputs with: a schema that it can't use is no description either
 */
export function describeNewJobs(
  operations: readonly OperationView[],
  schemas: JsonSchemas,
): Record<string, JsonSchema> {
  if (operations.length === 0) {
    return { NewJob: { ...jsonSchemaOf(newJobBody), description: 'No operation is registered yet.' } }
  }
  const named = nameAll(operations)
  const refs = [...named].map(([name, { type }]) => ({ type, $ref: `${SCHEMAS_AT}${name}` }))
  const described = [...named].map(([name, operation]) => [name, describeNewJob(name, operation, schemas)])
  return {
    NewJob: {
      description: 'The `type` of an operation of this deployment, and its input.',
      oneOf: refs.map(({ $ref }) => ({ $ref })),
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries(refs.map(({ type, $ref }) => [type, $ref])),
      },
    },
    ...Object.fromEntries(described),
  }
}

/** A call that starts a job has an example where this deployment can be given one: the operation that costs nothing. */
export function withNewJobExample(call: ApiCall, operations: readonly OperationView[]): ApiCall {
  const { body } = call
  if (body === undefined || body === 'file' || body.schema !== 'NewJob') return call
  if (!operations.some(({ type }) => type === REHEARSAL.type)) return call
  return { ...call, body: { ...body, example: REHEARSAL } }
}

const REHEARSAL = { type: 'rehearse', steps: 5, stepMs: 1_000 }

/** Names of components have fewer characters than types may have. */
function nameAll(operations: readonly OperationView[]): Map<string, OperationView> {
  const named = new Map<string, OperationView>()
  for (const operation of operations) {
    let name = `NewJob.${operation.type.replaceAll(/[^\w.-]/g, '_')}`
    while (named.has(name)) name += '_'
    named.set(name, operation)
  }
  return named
}

function describeNewJob(name: string, operation: OperationView, schemas: JsonSchemas): JsonSchema {
  const { type, inputSchema, available } = operation
  const description = available
    ? operation.description
    : `${operation.description} Not available at the moment; \`GET /api/operations\` says why.`
  const input = isUsable(inputSchema, schemas) ? moveReferences(inputSchema, '#') : {}
  return { title: type, ...moveReferences(withType(input, type), `${SCHEMAS_AT}${name}`), description }
}

function isUsable(schema: JsonSchema, schemas: JsonSchemas): boolean {
  try {
    schemas.check(schema, {})
    return true
  } catch {
    return false
  }
}
