import { once } from 'node:events'
import type { WebSocketMessage } from '@headway/events'
import { signToken } from '@headway/test-kit'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'

type Answer = Record<string, unknown> & { ok: boolean }

interface RawAuth {
  readonly userId: string
  readonly cursors?: Record<string, number>
}

/** A Socket.IO client of hand-written frames, which can stop reading. */
export class RawClient {
  readonly messages: WebSocketMessage[] = []
  /** `err.data` of a refused handshake. */
  refusal: { code: string; message: string } | undefined
  readonly other: [event: string, ...values: unknown[]][] = []
  readonly #socket: WebSocket
  readonly #answers: ((answer: Answer) => void)[] = []

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#read(data.toString()))
    onTestFinished(() => socket.terminate())
  }

  static async open(url: string, auth: RawAuth): Promise<RawClient> {
    const client = await RawClient.connect(url)
    await client.enter(auth)
    return client
  }

  /** A connection whose client has not yet said who it is. */
  static async connect(url: string): Promise<RawClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    const client = new RawClient(socket)
    await once(socket, 'open')
    return client
  }

  async enter({ userId, cursors }: RawAuth): Promise<void> {
    const token = await signToken({ userId })
    this.#socket.send(`40${JSON.stringify({ token, cursors })}`)
  }

  get isClosed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED
  }

  /** Reads nothing any more, as a stalled phone does; the kernel's buffers fill up. */
  stopReading(): void {
    this.#socket.pause()
  }

  goOnReading(): void {
    this.#socket.resume()
  }

  /** Breaks off without a word, as a phone that loses its network does. */
  cut(): void {
    this.#socket.terminate()
  }

  /** Sends a request and answers its acknowledgement. */
  request(event: string, ...values: unknown[]): Promise<Answer> {
    const id = this.#answers.length
    this.#socket.send(`42${id}${JSON.stringify([event, ...values])}`)
    return new Promise((resolve) => this.#answers.push(resolve))
  }

  has(event: string): boolean {
    return this.other.some(([name]) => name === event)
  }

  #read(frame: string): void {
    if (frame === '2') this.#socket.send('3')
    if (frame.startsWith('44'))
      this.refusal = (JSON.parse(frame.slice(2)) as { data: RawClient['refusal'] }).data
    if (frame.startsWith('43')) this.#acknowledge(frame.slice(2))
    if (!frame.startsWith('42')) return
    const [event, ...values] = JSON.parse(frame.slice(2)) as [string, ...unknown[]]
    if (event === 'event') this.messages.push(values[0] as WebSocketMessage)
    else this.other.push([event, ...values])
  }

  #acknowledge(text: string): void {
    const [, id, answer] = /^(\d+)\[(.*)\]$/s.exec(text) ?? []
    this.#answers[Number(id)]?.(JSON.parse(answer ?? '') as Answer)
  }
}
