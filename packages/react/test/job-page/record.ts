import type { Freshness, HeadwayClient } from '@headway/client'

/** What the page was told, for whoever looks at it from outside. */
export interface PageRecord {
  /** Messages that the application heard: type and payload. */
  readonly heard: string[]
  /** One after the other: no two neighbours are the same. */
  readonly freshnesses: Freshness[]
  /** Waits before attempts to connect, in milliseconds. */
  readonly waitsMs: number[]
  /** Events of the page itself: `freeze`, `resume`, `pageshow`, … */
  readonly pageEvents: string[]
}

declare global {
  var record: PageRecord
}

/** Writes down what the client tells from now on, and what happens to the page. */
export function recordPage(client: HeadwayClient): void {
  const record: PageRecord = { heard: [], freshnesses: [], waitsMs: [], pageEvents: [] }
  globalThis.record = record
  client.onAny(({ type, payload }) => record.heard.push(`${type} ${JSON.stringify(payload)}`))
  client.onConnection('reconnecting', ({ delayMs }) => record.waitsMs.push(delayMs))
  client.onConnection('changed', () => {
    const { freshness } = client.connection.getSnapshot()
    if (freshness !== record.freshnesses.at(-1)) record.freshnesses.push(freshness)
  })
  for (const name of ['freeze', 'resume']) document.addEventListener(name, () => record.pageEvents.push(name))
  for (const name of ['pagehide', 'pageshow'] as const) {
    window.addEventListener(name, ({ persisted }) =>
      record.pageEvents.push(persisted ? `${name} persisted` : name),
    )
  }
  for (const name of ['online', 'offline']) {
    window.addEventListener(name, () => record.pageEvents.push(name))
  }
}
