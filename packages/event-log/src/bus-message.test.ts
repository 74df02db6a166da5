import { encode as pack } from 'notepack.io'
import { describe, expect, it } from 'vitest'
import { createBusCodec } from './bus-codec.ts'
import { formatTransient, parseBusMessage } from './bus-message.ts'
import type { FinishedPacket } from './finished-packet.ts'
import { PacketEncoder } from './packet-encoder.ts'

const text = '["event",{"type":"CUSTOMER_UPDATED","payload":{"customerId":"ü"}}]'
const parse = (bytes: string) => parseBusMessage(Buffer.from(bytes))

describe('bus messages', () => {
  it('reads the place of a durable message from its header', () => {
    expect(parse(`user:a|b 12 7\n${text}`)).toEqual({ room: 'user:a|b', place: { seq: 12, prev: 7 }, text })
  })

  it('reads a transient message and a chunk of text', () => {
    expect(parse(formatTransient('all', text))).toEqual({ room: 'all', text })
    expect(parse(`user:1 - - 2 10 10 14\n${text}`)?.chunk).toEqual({
      attempt: 2,
      base: 10,
      offset: 10,
      end: 14,
    })
  })

  it.each([
    '',
    'garbage',
    `user:1 12 7 ${text}`,
    `user:1 7 12\n${text}`,
    `user:1 1e9999 7\n${text}`,
    `user:1 x 7\n${text}`,
    `admin 12 7\n${text}`,
    `user:1 - - 2 10\n${text}`,
    'user:1 12 7\n{"type":"X"}',
    `user:1 12 7${'x'.repeat(400)}\n${text}`,
  ])('takes nothing from %j', (bytes) => {
    expect(parse(bytes)).toBeUndefined()
  })
})

describe('the bus codec', () => {
  it('answers malformed bytes with an empty message and counts them', () => {
    const sizes: number[] = []
    const codec = createBusCodec(
      () => 'broadcast',
      (bytes) => sizes.push(bytes),
    )
    for (const bytes of [
      Buffer.from('garbage'),
      Buffer.from([0x93, 0xc0]),
      Buffer.from([0x93, 1, 2, 3]),
      pack(['uid', { type: 2, data: ['said'], nsp: '/' }, { rooms: [], except: 5 }]),
      Buffer.alloc(0),
    ]) {
      expect(codec.decode(bytes)).toEqual([null, null, null])
    }
    expect(sizes).toHaveLength(5)
  })

  it('carries packets that are not ours in the form of the stock parser', () => {
    const codec = createBusCodec()
    const message = [
      'uid',
      { type: 2, data: ['news', { n: 1 }], nsp: '/admin' },
      { rooms: ['a', 'b'], except: [], flags: {} },
    ]
    expect(codec.decode(Buffer.from(codec.encode(message)))).toEqual(message)
  })

  it('hands finished text on, unless the gate drops it', () => {
    const bytes = Buffer.from(`user:1 12 7\n${text}`)
    const [, packet] = createBusCodec().decode(bytes) as [null, FinishedPacket]
    expect(new PacketEncoder().encode(packet)).toEqual([`2${text}`])
    expect(packet.data).toEqual(JSON.parse(text))
    expect(createBusCodec(() => 'drop').decode(bytes)).toEqual([null, null, null])
  })
})
