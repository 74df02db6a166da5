import type { HeadwayClient } from '@headway/client'
import type { ReactElement, ReactNode } from 'react'

export interface RealtimeProviderProps {
  client: HeadwayClient
  children?: ReactNode
}

/** Gives the client to the hooks below and connects it. Whoever created the client destroys it. */
export declare function RealtimeProvider(props: RealtimeProviderProps): ReactElement

export declare function useRealtimeClient(): HeadwayClient
