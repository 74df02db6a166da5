import { Button } from '@mantine/core'
import type { JobView } from '@headway/events'
import { IconPlayerStop, IconPlayerTrackNext, IconRepeat } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { JobChanges } from './use-job-changes.ts'
import './job-actions.css'

export function JobActions({ job, changes }: { job: JobView; changes: JobChanges }) {
  const again = `/start/${encodeURIComponent(job.operationType)}?from=${job.jobId}`
  return (
    <div className="job-actions">
      {changes.canCancel && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerStop size={15} stroke={1.9} />}
          loading={changes.isCancelling}
          onClick={changes.cancel}
        >
          Cancel
        </Button>
      )}
      {changes.canResume && (
        <Button
          size="xs"
          leftSection={<IconPlayerTrackNext size={15} stroke={1.9} />}
          loading={changes.isResuming}
          onClick={changes.resume}
        >
          Resume
        </Button>
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
