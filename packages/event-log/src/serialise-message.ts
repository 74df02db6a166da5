import { MESSAGE_MAX_BYTES, type Channel, type OutgoingMessage } from '@headway/events'
import { MessageTooLargeError } from './errors.ts'

/** Room for `,"seq":…,"prev":…`, which the script adds. */
const CHAIN_BYTES = 52

/**
 * Turns a message into the text that is stored and sent: once, whoever it goes to.
 *
 * @throws MessageTooLargeError above {@link MESSAGE_MAX_BYTES}
 */
export function serialiseMessage(channel: Channel, message: OutgoingMessage): string {
  const text = JSON.stringify({
    type: message.type,
    payload: message.payload,
    timestamp: message.timestamp ?? new Date().toISOString(),
    channel,
  })
  const bytes = Buffer.byteLength(text) + CHAIN_BYTES
  if (bytes > MESSAGE_MAX_BYTES) throw new MessageTooLargeError(message.type, channel, bytes)
  return text
}
