import { useEvent } from '@headway/react'
import { Anchor } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Link, useLocation } from 'wouter'

/** Says that a job has ended to who looks at something else. The list and the job's own page show it themselves. */
export function FinishedJobToasts() {
  const [location] = useLocation()

  const show = (jobId: string, title: string, color: string) => {
    if (location === '/' || location === `/jobs/${jobId}`) return
    const id = `finished-${jobId}`
    const open = (
      <Anchor component={Link} href={`/jobs/${jobId}`} size="sm" onClick={() => notifications.hide(id)}>
        Open the job
      </Anchor>
    )
    notifications.show({ id, title, color, message: open })
  }

  useEvent('JOB_COMPLETED', ({ payload }) => {
    show(payload.jobId, `${payload.operationType} completed`, 'harbour')
  })
  useEvent('JOB_FAILED', ({ payload }) => {
    show(payload.jobId, `${payload.operationType} failed`, 'red')
  })
  return null
}
