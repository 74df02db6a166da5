import { isObject, type JsonSchema } from './json-schema-of.ts'

/** Values in there are no schemas. */
const DATA_KEYWORDS = new Set(['const', 'enum', 'default', 'example', 'examples'])

/** Keys in there are names, whatever they look like. */
const NAMING_KEYWORDS = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
])

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * A schema that was a document of its own, as a part of another: what points into it, by `#` or by its own address, says where that is now.
 *
 * @param to where it is now; `#` for a document that only gives up its address
 */
export function moveReferences({ $schema, $id, ...schema }: JsonSchema, to: string): JsonSchema {
  const id = typeof $id === 'string' ? $id.replace(/#$/, '') : ''
  const moved = move(schema, (ref) => {
    const local = id !== '' && ref.startsWith(id) ? ref.slice(id.length) || '#' : ref
    return local === '#' || local.startsWith('#/') ? `${to}${local.slice(1)}` : ref
  }) as JsonSchema
  return $schema === undefined || $schema === DIALECT ? moved : { $schema, ...moved }
}

function move(value: unknown, moveRef: (ref: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => move(item, moveRef))
  if (!isObject(value)) return value
  return mapValues(value, (child, key) => {
    if (key === '$ref' && typeof child === 'string') return moveRef(child)
    if (NAMING_KEYWORDS.has(key) && isObject(child)) return mapValues(child, (named) => move(named, moveRef))
    return DATA_KEYWORDS.has(key) ? child : move(child, moveRef)
  })
}

function mapValues(object: JsonSchema, change: (value: unknown, key: string) => unknown): JsonSchema {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
