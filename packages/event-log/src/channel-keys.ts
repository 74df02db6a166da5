import { jobChannel, type Channel } from '@headway/events'

/** Prefix of all keys, and of the channels on which the instances hear from Redis. */
export interface Namespace {
  /** First part of every key. @default 'hw' */
  keyPrefix: string
  /** The `key` of the Socket.IO Redis adapter. @default 'socket.io' */
  adapterKey: string
}

export const DEFAULT_NAMESPACE: Namespace = { keyPrefix: 'hw', adapterKey: 'socket.io' }

/** The keys of a channel. The channel is the hash tag, so that all of them are in one slot of a cluster. */
export class ChannelKeys {
  readonly head: string
  readonly log: string
  readonly #prefix: string

  constructor(namespace: Namespace, channel: Channel) {
    this.#prefix = `${namespace.keyPrefix}:{${channel}}`
    this.head = `${this.#prefix}:head`
    this.log = `${this.#prefix}:log`
  }

  once(mark: string): string {
    return `${this.#prefix}:once:${mark}`
  }

  /** The attempt of a job that may write to this channel. */
  fence(jobId: string): string {
    return `${this.#prefix}:fence:${jobId}`
  }
}

/** The keys of a job beside its channel's. */
export function jobKeys(namespace: Namespace, jobId: string) {
  const prefix = `${namespace.keyPrefix}:{${jobChannel(jobId)}}`
  return {
    text: `${prefix}:text`,
    textMeta: `${prefix}:text:meta`,
    progress: `${prefix}:progress`,
    fence: new ChannelKeys(namespace, jobChannel(jobId)).fence(jobId),
    /** The newest checkpoint, for workers that can't ask Postgres. */
    checkpoint: `${prefix}:checkpoint`,
    /** Which of the workers that are not ours has taken an attempt, and whether it is at it. */
    taken: (attempt: number) => `${prefix}:taken:${attempt}`,
    alive: (attempt: number) => `${prefix}:alive:${attempt}`,
  }
}

/** The keys of the reports that workers send to the servers. */
export function reportKeys({ keyPrefix }: Namespace) {
  const stream = `${keyPrefix}:{reports}`
  return { stream, reader: `${stream}:reader`, dead: `${stream}:dead` }
}

/** The list in which attempts of a kind of work are offered to workers that are not ours. */
export function workKey({ keyPrefix }: Namespace, operationType: string): string {
  return `${keyPrefix}:{work:${operationType}}`
}

/** The Redis channel on which the stock adapter of the default namespace hears of a room. */
export function busChannel(namespace: Namespace, room: string): string {
  return `${namespace.adapterKey}#/#${room}#`
}
