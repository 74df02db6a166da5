import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { ApiError } from '../lib/api-error.ts'
import { keepPlace } from '../lib/keep-place.ts'
import { Notice } from './notice.tsx'

interface CallFailedProps {
  /** What could not be had: "Your jobs could not be loaded". */
  title: string
  error: Error
  isRetrying: boolean
  onRetry: () => void
}

/** Stands in place of what a REST call should have brought. */
export function CallFailed({ title, error, isRetrying, onRetry }: CallFailedProps) {
  const retry = () => {
    keepPlace()
    onRetry()
  }
  const requestId = error instanceof ApiError ? error.requestId : undefined
  return (
    <Notice icon={IconPlugConnectedX} tone="danger" title={title}>
      <p>{error.message}</p>
      {requestId !== undefined && (
        <p>
          Request <span className="hw-mono">{requestId}</span>
        </p>
      )}
      <Button variant="default" loading={isRetrying} onClick={retry}>
        Try again
      </Button>
    </Notice>
  )
}
