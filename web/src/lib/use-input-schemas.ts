import { useQuery } from '@tanstack/react-query'
import { useApi } from './api-context.tsx'
import type { Operation } from './headway-api.ts'
import type { JsonSchema } from './json-schema.ts'
import { queryKeys } from './query-keys.ts'

const NONE: ReadonlyMap<string, JsonSchema> = new Map()

/** The schemas of the operations' input by their type, as far as they are known; asked for once. */
export function useInputSchemas(): ReadonlyMap<string, JsonSchema> {
  const api = useApi()
  const { data = NONE } = useQuery({
    queryKey: queryKeys.operations,
    queryFn: ({ signal }) => api.operations(signal),
    staleTime: Infinity,
    select: schemasOf,
  })
  return data
}

function schemasOf(operations: readonly Operation[]): ReadonlyMap<string, JsonSchema> {
  return new Map(operations.map(({ type, inputSchema }) => [type, inputSchema]))
}
