import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { sendStream } from './send-stream.ts'

describe('sendStream', () => {
  it('closes the stream of a reader who left before it began', async () => {
    const stream = new PassThrough()
    const response = new PassThrough().destroy()
    await sendStream(stream, response)
    expect(stream.destroyed).toBe(true)
  })

  it('closes the stream of a reader who leaves in its middle', async () => {
    const stream = new PassThrough()
    const response = new PassThrough()
    const sent = sendStream(stream, response)
    stream.write('a part')
    response.destroy()
    await sent
    expect(stream.destroyed).toBe(true)
  })

  it('throws what goes wrong with the stream', async () => {
    const stream = new Readable({ read: () => stream.destroy(new Error('The disk is gone.')) })
    await expect(sendStream(stream, new PassThrough())).rejects.toThrow('The disk is gone.')
  })
})
