import { z } from 'zod'

/** A JSON Schema of the dialect that OpenAPI 3.1 takes. */
export type JsonSchema = Record<string, unknown>

/** Where the description of the API keeps its schemas. */
export const SCHEMAS_AT = '#/components/schemas/'

/** The schemas as components that refer to each other by name. Of a value that is changed on its way in, it is what is sent. */
export function jsonSchemasOf(schemas: Record<string, z.ZodType>): Record<string, JsonSchema> {
  const named = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) named.add(schema, { id })
  const made = z.toJSONSchema(named, { io: 'input', override: shorten, uri: (id) => `${SCHEMAS_AT}${id}` })
  return Object.fromEntries(Object.entries(made.schemas).map(([id, schema]) => [id, withoutHead(schema)]))
}

/**
 * A schema for itself.
 *
 * @param io whether it is of what is sent, or of what is made of that: the number that a query's text means
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  return withoutHead(z.toJSONSchema(schema, { io, override: shorten }))
}

/** The document says for all of its schemas which dialect they are in, and a component is known by its place. */
function withoutHead({ $schema: _dialect, $id: _id, ...schema }: JsonSchema): JsonSchema {
  return schema
}

/** A date has a name, which says more than its pattern of 250 characters. */
function shorten({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema['format'] === 'date-time') delete jsonSchema['pattern']
}

export function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
