import type { MessageOf, MessageType } from '@headway/events'
import { useEffect } from 'react'
import { useRealtimeClient } from './realtime-provider.tsx'
import { useNewest } from './use-newest.ts'

/**
 * Calls the newest `handler` for each message of the type. What has a `version` comes once, although two channels carry it; a
 * `JOB_ARTIFACT` of a job that is followed comes by both, with one `artifactId`.
 */
export function useEvent<TType extends MessageType>(
  type: TType,
  handler: (message: MessageOf<TType>) => void,
): void {
  const client = useRealtimeClient()
  const newest = useNewest(handler)
  useEffect(() => client.on(type, (message) => newest.current(message)), [client, type, newest])
}
