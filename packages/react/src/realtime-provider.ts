import type { HeadwayClient } from '@headway/client'
import { watchJobs } from '@headway/client/jobs'
import { createContext, createElement, useContext, useEffect, type ReactElement, type ReactNode } from 'react'

const ClientContext = createContext<HeadwayClient | undefined>(undefined)

/** The client that the hooks below use. */
export interface RealtimeProviderProps {
  client: HeadwayClient
  children?: ReactNode
}

/**
 * Gives a client to the hooks below it and connects it. It never disconnects: whoever created the client destroys it,
 * so that a remount, StrictMode's among them, costs no connection.
 */
export function RealtimeProvider({ client, children }: RealtimeProviderProps): ReactElement {
  useEffect(() => {
    watchJobs(client)
    client.connect()
  }, [client])
  return createElement(ClientContext.Provider, { value: client }, children)
}

/** The client of the nearest provider. Throws where there is none. */
export function useRealtimeClient(): HeadwayClient {
  const client = useContext(ClientContext)
  if (!client) throw new Error('There is no <RealtimeProvider> around this component.')
  return client
}
