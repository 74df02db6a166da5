import { Button, type ButtonProps } from '@mantine/core'
import type { JobView } from '@headway/events'
import { IconPlayerStop, IconPlayerTrackNext, IconRepeat } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { keepPlace, takePlace, usePlaceKept } from '../lib/keep-place.ts'
import type { JobChanges } from './use-job-changes.ts'
import './job-actions.css'

export function JobActions({ job, changes }: { job: JobView; changes: JobChanges }) {
  const again = `/start/${encodeURIComponent(job.operationType)}?from=${job.jobId}`
  return (
    <div className="job-actions">
      {changes.canCancel && (
        <ChangeButton
          variant="default"
          leftSection={<IconPlayerStop size={15} stroke={1.9} />}
          loading={changes.isCancelling}
          refusal={changes.refusal}
          onPress={changes.cancel}
        >
          Cancel
        </ChangeButton>
      )}
      {changes.canResume && (
        <ChangeButton
          leftSection={<IconPlayerTrackNext size={15} stroke={1.9} />}
          loading={changes.isResuming}
          refusal={changes.refusal}
          onPress={changes.resume}
        >
          Resume
        </ChangeButton>
      )}
      {!changes.canCancel && (
        <Button
          size="xs"
          variant="default"
          component={Link}
          href={again}
          leftSection={<IconRepeat size={15} stroke={1.9} />}
        >
          Start again
        </Button>
      )}
    </div>
  )
}

interface ChangeButtonProps extends ButtonProps {
  /** Why what it did was refused; it can be pressed again then. */
  refusal: Error | null
  onPress: () => void
}

/** Is disabled while its change is under way, and goes with the state that it ends. */
function ChangeButton({ refusal, onPress, ...look }: ChangeButtonProps) {
  const ref = useRef<HTMLButtonElement>(null)
  usePlaceKept(ref)
  useEffect(() => {
    if (refusal !== null) takePlace(ref.current)
  }, [refusal])
  const press = () => {
    keepPlace()
    onPress()
  }
  return <Button ref={ref} size="xs" {...look} onClick={press} />
}
