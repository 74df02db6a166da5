import { Transform, type TransformCallback } from 'node:stream'
import { ArtifactTooLargeError } from '../errors.ts'

/** Counts the bytes that pass through, and fails with {@link ArtifactTooLargeError} at the first that is too many. */
export class MeasuredStream extends Transform {
  readonly #maxBytes: number
  /** Bytes so far. Not called `size`: the uploader would take that for the size of the whole. */
  counted = 0

  constructor(maxBytes: number) {
    super()
    this.#maxBytes = maxBytes
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.counted += bytes.length
    if (this.counted > this.#maxBytes) done(ArtifactTooLargeError.ofArtifact(this.#maxBytes))
    else done(null, bytes)
  }
}
