import { formatBytes } from './format.ts'
import type { HeadwayApi, Upload } from './headway-api.ts'

export interface UploadFileOptions {
  signal: AbortSignal
  /** How much of it is on its way, 0 to 1. */
  onProgress: (share: number) => void
}

/**
 * Sends a file for a job that is started next. What the server would refuse in the end is refused before any of it is sent.
 *
 * @throws {ApiError}, the reason of the signal, or an Error with words for the person in front of the page
 */
export async function uploadFile(api: HeadwayApi, file: File, options: UploadFileOptions): Promise<Upload> {
  if (file.size === 0) throw new Error(`${file.name} is empty.`)
  const maxBytes = await api.uploadMaxBytes(options.signal)
  if (file.size > maxBytes) {
    throw new Error(
      `${file.name} has ${formatBytes(file.size)}, and a file may have ${formatBytes(maxBytes)}. Split it.`,
    )
  }
  return api.upload(file, options)
}
