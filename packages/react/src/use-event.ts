import type { MessageOf, MessageType } from '@headway/events'
import { useEffect } from 'react'
import { useRealtimeClient } from './realtime-provider.ts'

/**
 * Calls the newest `handler` for each message of the type. What has a `version` comes once, although two channels carry it; a
 * `JOB_ARTIFACT` of a job that is followed comes by both, with one `artifactId`.
 */
export function useEvent<TType extends MessageType>(
  type: TType,
  handler: (message: MessageOf<TType>) => void,
): void {
  const client = useRealtimeClient()
  useEffect(() => client.on(type, handler), [client, type, handler])
}
