import { Alert, Text } from '@mantine/core'
import type { JobView } from '@headway/events'
import { IconAlertTriangle } from '@tabler/icons-react'
import { failureAdvice } from './failure-advice.ts'

/** Why a job failed, and what helps. */
export function JobFailure({ job }: { job: JobView }) {
  return (
    <Alert
      color="red"
      variant="light"
      mt="md"
      icon={<IconAlertTriangle size={19} />}
      title={job.error ?? 'The job failed without saying why.'}
      role="alert"
    >
      <Text size="sm">{failureAdvice(job.errorCode)}</Text>
      {job.errorCode !== null && (
        <Text size="xs" mt={6} className="hw-muted">
          Code <span className="hw-mono">{job.errorCode}</span>
        </Text>
      )}
    </Alert>
  )
}
