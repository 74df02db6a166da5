import type { JsonSchema } from './json-schema-of.ts'

/** Values in there are no schemas. */
const DATA_KEYWORDS = new Set(['const', 'enum', 'default', 'example', 'examples'])

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** A schema that was a document of its own, as a part of another: what points into it says where that is now. */
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
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (key === '$ref' && typeof child === 'string') return [key, moveRef(child)]
      return [key, DATA_KEYWORDS.has(key) ? child : move(child, moveRef)]
    }),
  )
}
