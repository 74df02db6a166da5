/** One thing that happened to one client, or to the publisher. */
export interface HistoryRecord {
  /** Milliseconds on the harness' own clock, the only one in use. */
  readonly t: number
  readonly client: string
  readonly kind:
    | 'connected'
    | 'disconnected'
    | 'refused'
    | 'message'
    | 'resync'
    /** A message on the wire does not follow the one before it. */
    | 'broken-chain'
    /** The client says that it is up to date, or no longer. */
    | 'live'
    | 'stale'
  readonly channel?: string | undefined
  readonly messageId?: string | undefined
  readonly seq?: number | undefined
  readonly detail?: string | undefined
}

/** Everything that the clients saw, in the order in which this one process saw it. */
export class History {
  readonly #byClient = new Map<string, HistoryRecord[]>()

  add(record: Omit<HistoryRecord, 't'>): void {
    const records = this.#byClient.get(record.client)
    const entry = { t: performance.now(), ...record }
    if (records) records.push(entry)
    else this.#byClient.set(record.client, [entry])
  }

  of(client: string): readonly HistoryRecord[] {
    return this.#byClient.get(client) ?? []
  }

  /** How often something happened since a time, to one client or to all. */
  count(
    kind: HistoryRecord['kind'],
    { since = 0, client }: { since?: number; client?: string } = {},
  ): number {
    const lists = client === undefined ? [...this.#byClient.values()] : [this.of(client)]
    return lists.reduce(
      (sum, records) => sum + records.filter((record) => record.kind === kind && record.t >= since).length,
      0,
    )
  }

  /** All of it, in the order of time. */
  toJSON(): HistoryRecord[] {
    return [...this.#byClient.values()].flat().toSorted((a, b) => a.t - b.t)
  }
}
