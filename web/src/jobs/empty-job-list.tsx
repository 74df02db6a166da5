import { Button } from '@mantine/core'
import { IconFilterOff, IconRoute } from '@tabler/icons-react'
import { Link } from 'wouter'
import { keepPlace } from '../lib/keep-place.ts'
import { Notice } from '../shell/notice.tsx'

/** An empty list: nothing was ever started, or the filter hides it all. */
export function EmptyJobList({ isFiltered, onShowAll }: { isFiltered: boolean; onShowAll: () => void }) {
  const showAll = () => {
    keepPlace()
    onShowAll()
  }
  if (isFiltered) {
    return (
      <Notice icon={IconFilterOff} title="No job matches this filter">
        <Button variant="default" onClick={showAll}>
          Show all jobs
        </Button>
      </Notice>
    )
  }
  return (
    <Notice icon={IconRoute} title="No jobs yet">
      <p>
        Start one and watch it here. You can close this page meanwhile: the job goes on, and every device that
        you sign in on shows exactly where it is.
      </p>
      <Button component={Link} href="/start">
        Start your first job
      </Button>
    </Notice>
  )
}
