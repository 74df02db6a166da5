import { useJobs } from '@headway/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useApi } from '../lib/api-context.tsx'
import type { HeadwayApi } from '../lib/headway-api.ts'
import { randomId } from '../lib/random-id.ts'
import { uploadFile, type UploadFileOptions } from '../lib/upload-file.ts'
import { isActive } from './use-submissions.ts'

const IMPORT_ORDERS = 'import-orders'

/** A file on its way to the server. Its job is there once all of it has arrived. */
export interface SentFile {
  name: string
  /** 0 to 100. */
  percent: number
}

export interface FileImport {
  /** The file that is being sent, if one is. */
  sending: SentFile | undefined
  /** Why the last one did not become a job. */
  error: Error | undefined
  /** Sends a file and starts its import; one at a time. */
  start: (file: File) => void
  /** Gives up the file that is being sent. */
  cancel: () => void
}

/** Sends a CSV file and starts its import. A page that is left gives up what it is sending. */
export function useFileImport(): FileImport {
  const api = useApi()
  const [sending, setSending] = useState<SentFile>()
  const [error, setError] = useState<Error>()
  const running = useRef<AbortController>(undefined)

  const cancel = useCallback(() => running.current?.abort(), [])
  useEffect(() => cancel, [cancel])

  const start = useCallback(
    (file: File) => {
      if (running.current) return
      const controller = new AbortController()
      running.current = controller
      const { signal } = controller
      setError(undefined)
      setSending({ name: file.name, percent: 0 })
      const onProgress = (share: number) => setSending({ name: file.name, percent: share * 100 })
      importFile(api, file, { signal, onProgress })
        .catch((failure: unknown) => {
          if (!signal.aborted) setError(failure as Error)
        })
        .finally(() => {
          running.current = undefined
          setSending(undefined)
        })
    },
    [api],
  )

  return { sending, error, start, cancel }
}

async function importFile(api: HeadwayApi, file: File, options: UploadFileOptions): Promise<void> {
  const { uploadId } = await uploadFile(api, file, options)
  options.signal.throwIfAborted()
  await api.startJob(IMPORT_ORDERS, { uploadId }, randomId())
}

/** Imports that are under way, on whatever device they were started. */
export function useRunningImports() {
  const { jobs } = useJobs({ type: IMPORT_ORDERS })
  return jobs.filter(isActive)
}
