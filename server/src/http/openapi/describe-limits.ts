import type { PublishedLimits } from '../published-limits.ts'
import type { JsonSchema } from './json-schema-of.ts'

/** What `GET /api/limits` answers: groups of numbers, with those of this deployment as examples. */
export function describeLimits(limits: PublishedLimits): JsonSchema {
  const groups = Object.entries(limits).map(([name, group]) => {
    const numbers = Object.entries(group).map(([limit, value]) => [
      limit,
      { type: 'number', examples: [value] },
    ])
    return [name, objectOf(Object.fromEntries(numbers))]
  })
  return objectOf(Object.fromEntries(groups))
}

function objectOf(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) }
}
