import { isTransientType, type Channel, type OutgoingMessage, type WebSocketMessage } from '@headway/events'
import { ChannelLog, type LogLimits } from './channel-log.ts'
import type { LiveFaults } from './live-faults.ts'

/** Whoever is sent what happens in the channels that he follows. */
export interface Follower {
  deliver(message: WebSocketMessage): void
}

/** The logs of all channels, and the way from them to those who follow. */
export class MessageHub {
  readonly followers = new Set<Follower>()
  readonly #faults: LiveFaults
  readonly #limits: LogLimits
  readonly #logs = new Map<string, ChannelLog>()
  #clock = 0

  constructor(faults: LiveFaults, limits: LogLimits) {
    this.#faults = faults
    this.#limits = limits
  }

  log(channel: Channel): ChannelLog {
    const log = this.#logs.get(channel) ?? new ChannelLog(channel, this.#limits, this.#now)
    this.#logs.set(channel, log)
    return log
  }

  /** Numbers and keeps the message in each channel, and sends it. A transient one is only sent. */
  publish(channels: readonly Channel[], message: OutgoingMessage): void {
    for (const channel of channels) {
      if (isTransientType(message.type)) this.send(channel, message)
      else this.#sendLive(this.log(channel).append(structuredClone(message)))
    }
  }

  /** Sends without keeping. */
  send(channel: Channel, { type, payload, timestamp }: OutgoingMessage): void {
    const sent = { type, payload, timestamp: timestamp ?? new Date().toISOString(), channel }
    this.#sendLive(structuredClone(sent) as WebSocketMessage)
  }

  wipe(): void {
    for (const log of this.#logs.values()) log.wipe()
  }

  #sendLive(message: WebSocketMessage): void {
    this.#faults.pass(message, (arriving) => {
      for (const follower of this.followers) follower.deliver(arriving)
    })
  }

  /** Microseconds, never the same twice, with room between them: no number in a log follows by chance. */
  readonly #now = (): number => (this.#clock = Math.max(Date.now() * 1_000, this.#clock + 10))
}
