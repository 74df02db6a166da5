import { TextDecoder } from 'node:util'
import { FinalError } from '../errors.ts'
import type { OperationContext } from '../operation-context.ts'

/** What an import is given: one of the two. */
export interface CsvInput {
  csv?: string | undefined
  uploadId?: string | undefined
}

/** What a file is looked at to tell UTF-16 from UTF-8, in bytes. */
const START_BYTES = 4

export interface OpenCsv {
  /** In bytes. */
  size: number
  /** Piece by piece, as it is asked for. */
  text: AsyncIterable<string>
}

/**
 * Opens the file, wherever it is; it is never held as a whole.
 *
 * @throws FinalError for an upload that is not there or is empty, and while it is read, for bytes that are no UTF-8
 */
export async function openCsv(ctx: OperationContext<CsvInput>): Promise<OpenCsv> {
  const { input } = ctx
  if (input.uploadId === undefined) {
    const csv = input.csv ?? ''
    return { size: Buffer.byteLength(csv), text: piecesOf(csv) }
  }
  const file = await ctx.upload(input.uploadId)
  if (file.size === 0) throw new FinalError(`The file ${file.name} is empty.`, { code: 'bad_request' })
  return { size: file.size, text: decoded(await file.stream(), file.name) }
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  yield text
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const piece of bytes) {
    if (start === undefined) {
      yield decode(decoder, piece, name)
      continue
    }
    start = Buffer.concat([start, piece])
    if (start.length < START_BYTES) continue
    refuseUtf16(start, name)
    yield decode(decoder, start, name)
    start = undefined
  }
  if (start) refuseUtf16(start, name)
  yield decode(decoder, start, name) + (start ? decode(decoder, undefined, name) : '')
}

/** Half of the bytes of Latin letters in UTF-16 are zeros, which are UTF-8 too: without a look at them the file only lacks its columns. */
function refuseUtf16(start: Buffer, name: string): void {
  const mark = start.toString('hex', 0, 2)
  if (mark !== 'fffe' && mark !== 'feff' && !start.subarray(0, START_BYTES).includes(0)) return
  throw new FinalError(
    `The file ${name} is text in UTF-16, as "Unicode Text" of a spreadsheet is, and not in UTF-8. Save it as "CSV UTF-8" and upload it again.`,
    { code: 'bad_request' },
  )
}

function decode(decoder: TextDecoder, piece: Uint8Array | undefined, name: string): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined })
  } catch (error) {
    throw new FinalError(
      `The file ${name} is not text in UTF-8. Save it as "CSV UTF-8" and upload it again.`,
      {
        code: 'bad_request',
        cause: error,
      },
    )
  }
}
