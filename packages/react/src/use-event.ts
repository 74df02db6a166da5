import type { MessageOf, MessageType } from '@headway/events'

/** Calls the newest `handler` for each message of the type, once, whatever channels it came by. */
export declare function useEvent<TType extends MessageType>(
  type: TType,
  handler: (message: MessageOf<TType>) => void,
): void
