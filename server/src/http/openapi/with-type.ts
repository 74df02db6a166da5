import { isObject, type JsonSchema } from './json-schema-of.ts'

/** Follows so many references to the schema that is meant; one that goes round in a circle means nothing. */
const MAX_REFERENCES = 10

/** Where the parts of an object may be described. */
const BRANCHES = ['allOf', 'anyOf', 'oneOf'] as const

/**
 * The schema of an operation's input, for a body that also holds the `type`. What counts or names all members of the input can't hold of
 * the body and is left out, so that the description may be looser than the check, and never stricter.
 */
export function withType(input: JsonSchema, type: string): JsonSchema {
  const { propertyNames: _names, minProperties: _min, maxProperties: _max, ...schema } = resolve(input, input)
  const { properties, required } = schema
  return {
    ...letTypeIn(schema, input, type),
    type: 'object',
    properties: { type: { const: type }, ...(isObject(properties) ? withoutType(properties) : {}) },
    required: ['type', ...(Array.isArray(required) ? required.filter((name) => name !== 'type') : [])],
  }
}

/** A part that is closed refuses what another part names. */
function letTypeIn(schema: JsonSchema, root: JsonSchema, type: string): JsonSchema {
  const opened = Object.fromEntries(
    BRANCHES.filter((key) => Array.isArray(schema[key])).map((key) => [
      key,
      (schema[key] as unknown[]).map((branch) =>
        isObject(branch) ? letTypeIn(resolve(branch, root), root, type) : branch,
      ),
    ]),
  )
  const { properties, additionalProperties } = schema
  const isClosed = additionalProperties !== undefined && additionalProperties !== true
  if (!isClosed) return { ...schema, ...opened }
  const known = isObject(properties) ? properties : {}
  return { ...schema, ...opened, properties: { type: { const: type }, ...withoutType(known) } }
}

/** What `$ref` means, in its place, where it is in the same document. */
function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let resolved = schema
  for (let references = 0; references < MAX_REFERENCES; references += 1) {
    const { $ref, ...beside } = resolved
    const target = typeof $ref === 'string' && $ref.startsWith('#/') ? at(root, $ref) : undefined
    if (!isObject(target)) break
    resolved = { ...target, ...beside }
  }
  return resolved
}

function at(root: unknown, pointer: string): unknown {
  const keys = pointer.slice(2).split('/')
  return keys
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (value, key) => (isObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined),
      root,
    )
}

/** No input can have one: a body has but one `type`, and that names the operation. */
function withoutType({ type: _type, ...properties }: JsonSchema): JsonSchema {
  return properties
}
