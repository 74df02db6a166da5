import type { Redis } from 'ioredis'
import type { Channel, OutgoingMessage, TransientEventType } from '@headway/events'
import { formatTransient } from './bus-message.ts'
import { busChannel, ChannelKeys, DEFAULT_NAMESPACE, type Namespace } from './channel-keys.ts'
import { defineScripts, runScript } from './scripts.ts'

/**
 * Sends transient messages of an attempt, as the stock emitter would. The script that looks at the fence also publishes: nothing of
 * an attempt leaves once a later one may write.
 */
export class FencedEmitter {
  readonly #redis: Redis
  readonly #namespace: Namespace

  constructor(redis: Redis, options: { namespace?: Partial<Namespace> } = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#namespace = { ...DEFAULT_NAMESPACE, ...options.namespace }
  }

  /**
   * Sends a message to whoever follows the channel now.
   *
   * @param channel the job's, or its user's
   */
  async emit(
    channel: Channel,
    { type, payload, timestamp = new Date().toISOString() }: OutgoingMessage<TransientEventType>,
    { jobId, attempt }: { jobId: string; attempt: number },
  ): Promise<{ outcome: 'published' | 'fenced' | 'no_fence' }> {
    const packet = JSON.stringify(['event', { type, payload, timestamp, channel }])
    const outcome = await runScript(
      this.#redis,
      'transient',
      new ChannelKeys(this.#namespace, channel).fence(jobId),
      attempt,
      busChannel(this.#namespace, channel),
      formatTransient(channel, packet),
    )
    return { outcome: outcome as 'published' | 'fenced' | 'no_fence' }
  }
}
