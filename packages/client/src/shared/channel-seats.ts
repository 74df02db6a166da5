import { jobIdOf, isDurableMessage, type WebSocketMessage } from '@headway/events'
import type { TabSeat } from './tab-seat.ts'

/**
 * Which tabs a message is for. A tab checks the chain of its channels by itself, so what comes once too often or not
 * at all costs it a question to the server, and never a message.
 */
export class ChannelSeats {
  readonly #heads = new Map<string, number>()
  readonly #followers = new Map<string, Set<TabSeat>>()
  readonly #asking = new Set<{ channel: string; seats: ReadonlySet<TabSeat> }>()

  /** Heads of the channels that every tab follows. */
  heads(): Record<string, number> {
    return Object.fromEntries([...this.#heads].filter(([channel]) => jobIdOf(channel) === undefined))
  }

  /** The head of a channel is here or beyond. */
  raise(channel: string, seq: number): void {
    if (seq > (this.#heads.get(channel) ?? -1)) this.#heads.set(channel, seq)
  }

  follows(channel: string, seat: TabSeat): boolean {
    return jobIdOf(channel) === undefined || (this.#followers.get(channel)?.has(seat) ?? false)
  }

  follow(channel: string, seat: TabSeat): void {
    const seats = this.#followers.get(channel) ?? new Set()
    this.#followers.set(channel, seats.add(seat))
  }

  /** True where no tab follows the channel any more. */
  unfollow(channel: string, seat: TabSeat): boolean {
    const seats = this.#followers.get(channel)
    seats?.delete(seat)
    if (seats && seats.size > 0) return false
    this.#followers.delete(channel)
    this.#heads.delete(channel)
    return true
  }

  /** A tab is gone; answers with the channels that nobody follows any more. */
  leave(seat: TabSeat): string[] {
    const left = [...this.#followers].filter(([, seats]) => seats.has(seat)).map(([channel]) => channel)
    return left.filter((channel) => this.unfollow(channel, seat))
  }

  /** Until the returned function is called, these tabs are the ones that want what a channel had before. */
  ask(channel: string, seats: ReadonlySet<TabSeat>): () => void {
    const asking = { channel, seats }
    this.#asking.add(asking)
    return () => void this.#asking.delete(asking)
  }

  /** The tabs, of all that sit here, that a message is for: an old one goes to those who asked. */
  recipients(message: WebSocketMessage, all: ReadonlySet<TabSeat>): ReadonlySet<TabSeat> {
    const { channel } = message
    const followers = jobIdOf(channel) === undefined ? all : (this.#followers.get(channel) ?? new Set())
    if (!isDurableMessage(message)) return followers
    const isOld = message.seq <= (this.#heads.get(channel) ?? -1)
    this.raise(channel, message.seq)
    if (!isOld) return followers
    const asking = [...this.#asking].filter((asked) => asked.channel === channel)
    return asking.length === 0 ? followers : new Set(asking.flatMap(({ seats }) => [...seats]))
  }

  clear(): void {
    this.#heads.clear()
    this.#followers.clear()
    this.#asking.clear()
  }
}
