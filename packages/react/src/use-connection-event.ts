import type { ConnectionEvents } from '@headway/client'

export declare function useConnectionEvent<TType extends keyof ConnectionEvents>(
  type: TType,
  handler: (event: ConnectionEvents[TType]) => void,
): void
