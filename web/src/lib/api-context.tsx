import { createContext, use } from 'react'
import type { HeadwayApi } from './headway-api.ts'

export const ApiContext = createContext<HeadwayApi | undefined>(undefined)

export function useApi(): HeadwayApi {
  const api = use(ApiContext)
  if (api === undefined) throw new Error('useApi needs an <ApiContext> above it.')
  return api
}
