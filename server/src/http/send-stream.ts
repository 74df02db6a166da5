import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Sends a stream as an answer. A reader who leaves before its end is no failure: the stream is closed, and nobody is
 * there to be told. What goes wrong with the stream itself is thrown.
 */
export async function sendStream(stream: Readable, response: Writable): Promise<void> {
  if (response.destroyed) {
    stream.destroy()
    return
  }
  try {
    await pipeline(stream, response)
  } catch (error) {
    if (!isReaderGone(error)) throw error
  }
}

function isReaderGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}
