import { writerOf } from './chaos-message.ts'
import type { History, HistoryRecord } from './history.ts'

/** A message that Postgres has committed: the only promise that counts. */
export interface AcceptedMessage {
  readonly messageId: string
  readonly channel: string
  /** Its place in the outbox, which orders what one writer tells a channel. */
  readonly order: number
  /** On the harness' clock; undefined where somebody else has committed it. */
  readonly acceptedAt: number | undefined
}

/** Whose messages a client must see. */
export interface CheckedClient {
  readonly name: string
  readonly channels: ReadonlySet<string>
  /** Messages accepted before this are not its business. */
  readonly since: number
}

/** What the histories say about the promises; each list names its cases. */
export interface Verdict {
  readonly accepted: number
  readonly delivered: number
  /** Accepted, and the client neither got it nor was told by a resync at or after it. */
  readonly lost: string[]
  /** Got twice, with no resync between. */
  readonly repeated: string[]
  readonly reordered: string[]
  /** Of a channel that is not the client's. */
  readonly foreign: string[]
  /** Never accepted by anybody, or a chain that breaks on the wire. */
  readonly unexpected: string[]
  readonly resyncs: number
  /** Got again after a resync: the log was rewritten from the outbox. */
  readonly retold: number
  readonly stalenessMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

export interface CheckOptions {
  /** False where transactions commit in another order than that of their rows. @default true */
  readonly isOrderedByOutbox?: boolean
}

/** Compares what was accepted with what the clients saw. */
export function check(
  accepted: readonly AcceptedMessage[],
  history: History,
  clients: readonly CheckedClient[],
  { isOrderedByOutbox = true }: CheckOptions = {},
): Verdict {
  const known = new Map(accepted.map((message) => [`${message.channel} ${message.messageId}`, message]))
  const verdict = {
    accepted: accepted.length,
    delivered: 0,
    lost: [] as string[],
    repeated: [] as string[],
    reordered: [] as string[],
    foreign: [] as string[],
    unexpected: [] as string[],
    resyncs: 0,
    retold: 0,
  }
  const stalenessMs: number[] = []
  for (const client of clients) {
    const reader = new ClientCheck(client, known, { isOrderedByOutbox })
    for (const record of history.of(client.name)) reader.read(record)
    verdict.delivered += reader.delivered
    verdict.resyncs += reader.resyncs
    verdict.retold += reader.retold
    for (const key of ['repeated', 'reordered', 'foreign', 'unexpected'] as const)
      verdict[key].push(...reader[key])
    verdict.lost.push(...unaccounted(accepted, history, client))
    stalenessMs.push(...reader.stalenessMs)
  }
  return { ...verdict, stalenessMs: percentiles(stalenessMs) }
}

/** The messages that a client should have seen or been told of, and was not. */
export function unaccounted(
  accepted: readonly AcceptedMessage[],
  history: History,
  client: CheckedClient,
): string[] {
  const got = new Set<string>()
  const lastResync = new Map<string, number>()
  for (const { kind, channel = '', messageId, t } of history.of(client.name)) {
    if (kind === 'message') got.add(`${channel} ${messageId}`)
    if (kind === 'resync') lastResync.set(channel, t)
  }
  return accepted
    .filter(
      ({ channel, acceptedAt }) => client.channels.has(channel) && (acceptedAt ?? Infinity) >= client.since,
    )
    .filter(({ channel, messageId }) => !got.has(`${channel} ${messageId}`))
    .filter(({ channel, acceptedAt }) => (lastResync.get(channel) ?? -1) < (acceptedAt ?? client.since))
    .map(({ channel, messageId }) => `${client.name}: ${messageId} of ${channel}`)
}

/** Reads the history of one client from its beginning. */
class ClientCheck {
  delivered = 0
  resyncs = 0
  retold = 0
  readonly repeated: string[] = []
  readonly reordered: string[] = []
  readonly foreign: string[] = []
  readonly unexpected: string[] = []
  readonly stalenessMs: number[] = []
  readonly #client: CheckedClient
  readonly #known: ReadonlyMap<string, AcceptedMessage>
  readonly #isOrderedByOutbox: boolean
  readonly #got = new Set<string>()
  readonly #gotSinceResync = new Map<string, Set<string>>()
  readonly #lastSeq = new Map<string, number>()
  /** By channel and writer. */
  readonly #lastOrder = new Map<string, number>()

  constructor(
    client: CheckedClient,
    known: ReadonlyMap<string, AcceptedMessage>,
    { isOrderedByOutbox }: { isOrderedByOutbox: boolean },
  ) {
    this.#client = client
    this.#known = known
    this.#isOrderedByOutbox = isOrderedByOutbox
  }

  read(record: HistoryRecord): void {
    if (record.kind === 'message') this.#message(record)
    if (record.kind === 'resync') this.#resync(record)
    if (record.kind === 'broken-chain' || record.kind === 'refused') {
      this.unexpected.push(`${this.#client.name}: ${record.kind} ${record.detail ?? ''}`)
    }
  }

  #resync({ channel = '' }: HistoryRecord): void {
    this.resyncs += 1
    this.#gotSinceResync.delete(channel)
    this.#lastSeq.delete(channel)
    for (const key of this.#lastOrder.keys()) if (key.startsWith(`${channel} `)) this.#lastOrder.delete(key)
  }

  #message({ channel = '', messageId = '', seq = 0, t }: HistoryRecord): void {
    const label = `${this.#client.name}: ${messageId} of ${channel}`
    if (!this.#client.channels.has(channel)) {
      this.foreign.push(label)
      return
    }
    const key = `${channel} ${messageId}`
    const accepted = this.#known.get(key)
    if (!accepted) this.unexpected.push(`${label} was never accepted`)
    const order = accepted?.order ?? 0
    const since = this.#gotSinceResync.get(channel) ?? new Set()
    if (since.has(key)) this.repeated.push(label)
    else if (this.#got.has(key)) this.retold += 1
    else this.delivered += 1
    const writer = `${channel} ${writerOf(messageId)}`
    const isEarlier = this.#isOrderedByOutbox && order < (this.#lastOrder.get(writer) ?? -1)
    if (seq <= (this.#lastSeq.get(channel) ?? -1) || isEarlier) this.reordered.push(label)
    if (accepted?.acceptedAt !== undefined && !this.#got.has(key))
      this.stalenessMs.push(t - accepted.acceptedAt)
    this.#got.add(key)
    this.#gotSinceResync.set(channel, since.add(key))
    this.#lastSeq.set(channel, seq)
    this.#lastOrder.set(writer, order)
  }
}

function percentiles(values: number[]): Verdict['stalenessMs'] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
