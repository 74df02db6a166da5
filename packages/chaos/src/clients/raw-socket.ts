import { createHash, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface RawSocketHandlers {
  onOpen(): void
  onText(text: string): void
  /** Once, whoever ended it and whether or not it ever opened. */
  onClose(): void
}

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

/**
 * A WebSocket of hand-written frames: nothing between the test and the wire that retries, buffers or heals. Reads
 * unfragmented frames, which is what the server sends.
 */
export class RawSocket {
  readonly #socket: Socket
  readonly #handlers: RawSocketHandlers
  readonly #key = randomBytes(16).toString('base64')
  #received: Buffer = Buffer.alloc(0)
  #isOpen = false

  constructor(port: number, path: string, handlers: RawSocketHandlers) {
    this.#handlers = handlers
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.on('connect', () => this.#socket.write(this.#upgradeRequest(port, path)))
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => handlers.onClose())
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text))
  }

  /** Ends the connection without a word, as a network does. */
  cut(): void {
    this.#socket.resetAndDestroy()
  }

  /** Reads nothing any more, as a stalled phone does; the kernel's buffers fill up. */
  stopReading(): void {
    this.#socket.pause()
  }

  goOnReading(): void {
    this.#socket.resume()
  }

  #upgradeRequest(port: number, path: string): string {
    return [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${this.#key}`,
      'Sec-WebSocket-Version: 13',
      '\r\n',
    ].join('\r\n')
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    if (!this.#isOpen && !this.#readUpgrade()) return
    let frame = readFrame(this.#received)
    while (frame) {
      this.#received = this.#received.subarray(frame.end)
      this.#handle(frame.opcode, frame.payload)
      frame = readFrame(this.#received)
    }
  }

  #readUpgrade(): boolean {
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return false
    const head = this.#received.toString('latin1', 0, end)
    const accept = createHash('sha1')
      .update(this.#key + MAGIC)
      .digest('base64')
    this.#received = this.#received.subarray(end + 4)
    if (!head.startsWith('HTTP/1.1 101') || !head.includes(accept)) {
      this.cut()
      return false
    }
    this.#isOpen = true
    this.#handlers.onOpen()
    return true
  }

  #handle(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.#handlers.onText(payload.toString())
    if (opcode === PING) this.#write(PONG, payload)
    if (opcode === CLOSE) this.#socket.end()
  }

  /** Frames of a client are masked (RFC 6455, 5.3). */
  #write(opcode: number, payload: Buffer): void {
    if (!this.#socket.writable) return
    const mask = randomBytes(4)
    const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
    this.#socket.write(Buffer.concat([frameHead(opcode, payload.length), mask, masked]))
  }
}

function frameHead(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | opcode, 0x80 | length])
  const head = Buffer.from([0x80 | opcode, 0x80 | 126, 0, 0])
  head.writeUInt16BE(length, 2)
  return head
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes.readUInt8(1) & 0x7f
  const start = short < 126 ? 2 : short === 126 ? 4 : 10
  if (bytes.length < start) return undefined
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  const end = start + length
  if (bytes.length < end) return undefined
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, end), end }
}
