import { TextDecoder } from 'node:util'
import { FinalError } from '../errors.ts'
import type { OperationContext } from '../operation-context.ts'

/** What an import is given: one of the two. */
export interface CsvInput {
  csv?: string | undefined
  uploadId?: string | undefined
}

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
  for await (const piece of bytes) yield decode(decoder, piece, name)
  yield decode(decoder, undefined, name)
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
