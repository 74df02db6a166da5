import type { Redis } from 'ioredis'
import { jobChannel } from '@headway/events'
import { busChannel, ChannelKeys, DEFAULT_NAMESPACE, jobKeys, type Namespace } from './channel-keys.ts'
import { CHUNK_MAX_BYTES, chunkPacketText, unplacedChunkText } from './chunk-text.ts'
import { UnexpectedReplyError } from './errors.ts'
import { STORED_TEXT_TTL_SECONDS, TEXT_ONCE_TTL_SECONDS, TEXT_TTL_SECONDS } from './lifetimes.ts'
import { defineScripts, runScript, runScriptForBuffers } from './scripts.ts'
import { utf8Pieces } from './utf8-pieces.ts'

/** Most text kept of one job, in bytes, unless set otherwise: 8 MiB. */
export const TEXT_MAX_BYTES = 8_388_608

/** How much text is kept, and where in Redis. */
export interface TextLogOptions {
  /** Most text kept of one job, in bytes; more is replaced by one line that says so. @default 8_388_608 */
  maxTextBytes?: number
  namespace?: Partial<Namespace>
}

/** Text for a job's text, from a writer that knows where it ends. */
export interface TextAppend {
  operationType: string
  attempt: number
  /** Where the writer believes the text to end, in bytes. */
  expectedOffset: number
  text: string
}

/** Text for the end of a job's text, from a writer that does not know where that is. */
export interface TextAddition {
  text: string
  /** Names this addition within the job: sent again within two minutes, it changes nothing. */
  once: string
  /** Default: the one that may write. */
  attempt?: number | undefined
  /** Default: the one that the attempt has begun with. */
  operationType?: string | undefined
}

/** What became of an append; `end` is the end of the text now, in bytes. */
export interface TextOutcome {
  outcome: 'appended' | 'gap' | 'full' | 'sealed' | 'fenced' | 'no_fence'
  end: number
}

/** A part of a job's text, by UTF-8 bytes. */
export interface TextReading {
  text: Buffer
  offset: number
  /** End of the whole text. */
  end: number
  /** Redis holds a text of this job, even an empty one. */
  exists: boolean
  /** Attempt that wrote last, where its own text begins, and its kind of work; undefined before the first append. */
  writer: { attempt: number; base: number; operationType: string } | undefined
}

const APPEND_OUTCOMES = ['appended', 'gap', 'full', 'overflow', 'sealed', 'fenced', 'no_fence'] as const
type AppendReply = (typeof APPEND_OUTCOMES)[number]

/** The text of a running job: append-only within an attempt, addressed by UTF-8 byte offsets. */
export class TextLog {
  readonly #redis: Redis
  readonly #namespace: Namespace
  readonly #maxTextBytes: number

  constructor(redis: Redis, options: TextLogOptions = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#namespace = { ...DEFAULT_NAMESPACE, ...options.namespace }
    this.#maxTextBytes = options.maxTextBytes ?? TEXT_MAX_BYTES
  }

  /**
   * Appends and publishes, in messages of at most 8 KiB of text. Sending the same append again changes nothing.
   * After `gap` the writer sends again from `end`; after `full` the text has ended with the truncation mark.
   */
  async append(jobId: string, append: TextAppend): Promise<TextOutcome> {
    let end = append.expectedOffset
    for (const piece of utf8Pieces(Buffer.from(append.text), CHUNK_MAX_BYTES)) {
      const reply = await this.#appendPiece(jobId, { ...append, expectedOffset: end, text: piece.toString() })
      if (reply.outcome === 'overflow') return this.#markTruncated(jobId, { ...append, expectedOffset: end })
      if (reply.outcome !== 'appended') return { outcome: reply.outcome, end: reply.end }
      end = reply.end
    }
    return { outcome: 'appended', end }
  }

  /**
   * Appends to the end and publishes, for a writer that keeps no text of its own. Additions of several writers do not get lost; each
   * stays whole if it has at most 8 KiB. `no_fence` where Redis does not know the attempt or its kind of work.
   */
  async add(jobId: string, addition: TextAddition): Promise<TextOutcome> {
    const pieces = utf8Pieces(Buffer.from(addition.text), CHUNK_MAX_BYTES)
    let added: TextOutcome = { outcome: 'appended', end: 0 }
    for (const [index, piece] of pieces.entries()) {
      const once = `${addition.once}:${index}`
      const reply = await this.#addPiece(jobId, { ...addition, once, text: piece.toString() })
      if (reply.outcome === 'overflow') return this.#addMark(jobId, addition)
      added = { outcome: reply.outcome, end: reply.end }
      if (added.outcome !== 'appended') break
    }
    return added
  }

  /** Cuts the text to where a new attempt goes on; answers a smaller end where Redis holds less. */
  async truncate(
    jobId: string,
    cut: { operationType: string; attempt: number; length: number },
  ): Promise<{ outcome: 'truncated' | 'sealed' | 'fenced' | 'no_fence'; end: number }> {
    const keys = jobKeys(this.#namespace, jobId)
    const [outcome, end] = (await runScript(
      this.#redis,
      'text-truncate',
      keys.text,
      keys.textMeta,
      keys.fence,
      cut.attempt,
      cut.length,
      TEXT_TTL_SECONDS,
      cut.operationType,
    )) as ['truncated' | 'sealed' | 'fenced' | 'no_fence', number]
    return { outcome, end }
  }

  /** Ends the text: no append changes it from here on. */
  async seal(jobId: string): Promise<{ end: number }> {
    const keys = jobKeys(this.#namespace, jobId)
    return {
      end: Number(await runScript(this.#redis, 'text-seal', keys.text, keys.textMeta, TEXT_TTL_SECONDS)),
    }
  }

  /** Opens a sealed text again, for a resume; `stored` puts back what Redis no longer holds. */
  async reopen(jobId: string, stored: Buffer = Buffer.alloc(0)): Promise<{ end: number }> {
    const keys = jobKeys(this.#namespace, jobId)
    const end = await runScript(
      this.#redis,
      'text-unseal',
      keys.text,
      keys.textMeta,
      stored,
      TEXT_TTL_SECONDS,
    )
    return { end: Number(end) }
  }

  /** The text from a byte on, at most so many bytes of it: cut anywhere, also within a character. */
  async read(jobId: string, offset: number, maxBytes: number): Promise<TextReading> {
    const keys = jobKeys(this.#namespace, jobId)
    const [end, attempt, base, operationType, exists, text] = (await runScriptForBuffers(
      this.#redis,
      'text-read',
      keys.text,
      keys.textMeta,
      offset,
      maxBytes,
    )) as [number, Buffer, Buffer, Buffer, number, Buffer]
    const writer =
      attempt.length === 0
        ? undefined
        : { attempt: Number(attempt), base: Number(base), operationType: operationType.toString() }
    return { text, offset, end, exists: exists === 1, writer }
  }

  /** End of the text in bytes; 0 where Redis holds none. */
  async end(jobId: string): Promise<number> {
    return (await this.read(jobId, 0, 0)).end
  }

  /** Lets Redis forget a text that is stored elsewhere, a minute from now. */
  async expire(jobId: string): Promise<void> {
    const keys = jobKeys(this.#namespace, jobId)
    await Promise.all(
      [keys.text, keys.textMeta].map((key) => this.#redis.expire(key, STORED_TEXT_TTL_SECONDS)),
    )
  }

  async #markTruncated(jobId: string, append: TextAppend): Promise<TextOutcome> {
    const { outcome, end } = await this.#appendPiece(jobId, { ...append, text: this.#mark }, true)
    return { outcome: outcome === 'appended' || outcome === 'overflow' ? 'full' : outcome, end }
  }

  async #addMark(jobId: string, addition: TextAddition): Promise<TextOutcome> {
    const mark = { ...addition, once: `${addition.once}:end`, text: this.#mark }
    const { outcome, end } = await this.#addPiece(jobId, mark, true)
    return { outcome: outcome === 'appended' || outcome === 'overflow' ? 'full' : outcome, end }
  }

  get #mark(): string {
    return `\n\n[The text ends here: it reached the limit of ${this.#maxTextBytes} bytes.]\n`
  }

  async #addPiece(
    jobId: string,
    { operationType, attempt, once, text }: TextAddition,
    isMark = false,
  ): Promise<{ outcome: AppendReply; end: number }> {
    const keys = jobKeys(this.#namespace, jobId)
    const room = jobChannel(jobId)
    const reply = (await runScript(
      this.#redis,
      'text-add',
      keys.text,
      keys.textMeta,
      keys.fence,
      new ChannelKeys(this.#namespace, room).once(`text:${once}`),
      attempt ?? '',
      operationType ?? '',
      text,
      this.#maxTextBytes,
      isMark ? 1 : 0,
      TEXT_TTL_SECONDS,
      TEXT_ONCE_TTL_SECONDS,
      busChannel(this.#namespace, room),
      room,
      ...unplacedChunkText(jobId, text),
    )) as [AppendReply, number]
    return toReply('text-add', reply)
  }

  async #appendPiece(
    jobId: string,
    { operationType, attempt, expectedOffset, text }: TextAppend,
    isMark = false,
  ): Promise<{ outcome: AppendReply; end: number }> {
    const keys = jobKeys(this.#namespace, jobId)
    const room = jobChannel(jobId)
    const end = expectedOffset + Buffer.byteLength(text)
    const payload = { jobId, operationType, attempt, text, offset: expectedOffset, end }
    const reply = (await runScript(
      this.#redis,
      'text-append',
      keys.text,
      keys.textMeta,
      keys.fence,
      attempt,
      expectedOffset,
      text,
      this.#maxTextBytes,
      isMark ? 1 : 0,
      TEXT_TTL_SECONDS,
      busChannel(this.#namespace, room),
      room,
      chunkPacketText(payload),
      operationType,
    )) as [AppendReply, number]
    return toReply('text-append', reply)
  }
}

function toReply(
  script: string,
  [outcome, end]: [AppendReply, number],
): { outcome: AppendReply; end: number } {
  if (!APPEND_OUTCOMES.includes(outcome)) throw new UnexpectedReplyError(script, [outcome, end])
  return { outcome, end }
}
