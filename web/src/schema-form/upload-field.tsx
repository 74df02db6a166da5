import { CloseButton, FileInput } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useApi } from '../lib/api-context.tsx'
import { uploadFile } from '../lib/upload-file.ts'
import { SENDING_FILE } from './sending-file.ts'

interface UploadFieldProps {
  name: string
  label: string
  description: ReactNode
  required: boolean
  error: ReactNode
  /** The id of the upload, {@link SENDING_FILE}, or empty. */
  value: string
  onChange: (uploadId: string) => void
}

/** Sends the file that is chosen at once; the form then holds the id that the server has given it. */
export function UploadField({ value, onChange, description, error, ...frame }: UploadFieldProps) {
  const api = useApi()
  const [file, setFile] = useState<File | null>(null)
  const [percent, setPercent] = useState<number>()
  const [failure, setFailure] = useState<string>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const choose = (chosen: File | null) => {
    running.current?.abort()
    setFile(chosen)
    setPercent(chosen ? 0 : undefined)
    setFailure(undefined)
    onChange(chosen ? SENDING_FILE : '')
    if (chosen) void send(chosen)
  }
  const send = async (chosen: File) => {
    const { signal } = (running.current = new AbortController())
    const onProgress = (share: number) => signal.aborted || setPercent(Math.floor(share * 100))
    try {
      const { uploadId } = await uploadFile(api, chosen, { signal, onProgress })
      if (signal.aborted) return
      onChange(uploadId)
    } catch (cause) {
      if (signal.aborted) return
      onChange('')
      setFailure((cause as Error).message)
    }
    setPercent(undefined)
  }

  const sent = file && value !== '' ? 'The file has been sent.' : description
  const isEarlier = file === null && value !== ''
  return (
    <FileInput
      {...frame}
      clearable
      rightSection={isEarlier && <CloseButton aria-label="Leave the file out" onClick={() => choose(null)} />}
      value={file}
      placeholder={isEarlier ? 'The file of the earlier job' : 'Choose a file'}
      description={percent === undefined ? sent : `Sending: ${percent} %`}
      error={failure ?? error}
      onChange={choose}
    />
  )
}
