import { get, type ClientRequest, type IncomingMessage } from 'node:http'
import type { JobSubscription, WebSocketMessage } from '@headway/events'
import { signToken } from '@headway/test-kit'
import { onTestFinished } from 'vitest'

export interface StreamedEvent {
  /** The `id:` line of this event alone. */
  id?: string
  event: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into events of every form
  data: any
}

interface EventSourceOptions {
  userId?: string
  token?: string
  lastEventId?: string | number
}

/** Reads a stream of Server-Sent Events as it comes over the wire: also badly, or not at all. */
export class EventSource {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly events: StreamedEvent[] = []
  readonly comments: string[] = []
  /** The last `retry:` line. */
  retryMs: number | undefined
  /** How it ended: in order, or broken off. */
  end: 'open' | 'ended' | 'broken' = 'open'
  readonly #request: ClientRequest
  readonly #answer: IncomingMessage
  #rest = ''

  constructor(request: ClientRequest, answer: IncomingMessage) {
    this.#request = request
    this.#answer = answer
    this.status = answer.statusCode ?? 0
    this.headers = answer.headers
    answer.setEncoding('utf8')
    answer.on('data', (text: string) => this.#read(text))
    answer.on('error', () => {})
    answer.on('close', () => {
      this.end = answer.complete ? 'ended' : 'broken'
    })
  }

  /** Resolves when the head of the answer is there. */
  static async open(url: string, options: EventSourceOptions = {}): Promise<EventSource> {
    const { userId, lastEventId } = options
    const token = options.token ?? (userId === undefined ? undefined : await signToken({ userId }))
    const request = get(url, {
      agent: false,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
      },
    })
    onTestFinished(() => void request.destroy())
    return new Promise((resolve, reject) => {
      request.once('response', (answer) => resolve(new EventSource(request, answer)))
      request.on('error', reject)
    })
  }

  /** What a browser sends when it comes back. */
  get lastEventId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id
  }

  get names(): string[] {
    return this.events.map(({ event }) => event)
  }

  /** The messages of the job's channel, without the words of the stream itself. */
  get messages(): WebSocketMessage[] {
    return this.events.flatMap(({ event, data }) => (event === data.type ? [data as WebSocketMessage] : []))
  }

  get snapshots(): JobSubscription[] {
    return this.events.flatMap(({ event, data }) => (event === 'snapshot' ? [data as JobSubscription] : []))
  }

  /** Goes away without a word. */
  leave(): void {
    this.#request.destroy()
  }

  stopReading(): void {
    this.#answer.pause()
  }

  goOnReading(): void {
    this.#answer.resume()
  }

  #read(text: string): void {
    const blocks = (this.#rest + text).split('\n\n')
    // What is not ended by an empty line is no event.
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) this.#take(block.split('\n'))
  }

  #take(lines: string[]): void {
    const all = (name: string) =>
      lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
    this.comments.push(...all(''))
    const [retry] = all('retry')
    if (retry !== undefined) this.retryMs = Number(retry)
    const [event] = all('event')
    if (event === undefined) return
    const [id] = all('id')
    this.events.push({ event, data: JSON.parse(all('data').join('\n')), ...(id === undefined ? {} : { id }) })
  }
}
