import { Button, Text, Title } from '@mantine/core'
import type { JobFilter } from '../lib/headway-api.ts'
import { useNow } from '../lib/use-now.ts'
import { CallFailed } from '../shell/call-failed.tsx'
import { useDocumentTitle } from '../shell/document-title.ts'
import { EmptyJobList } from './empty-job-list.tsx'
import { JobFilterBar } from './job-filter-bar.tsx'
import { useJobFilter } from './job-filter.ts'
import { JobListSkeleton } from './job-list-skeleton.tsx'
import { JobRow } from './job-row.tsx'
import { useJobList } from './use-job-list.ts'
import './jobs-page.css'

/** How often "5 min ago" is told anew, in milliseconds. */
const AGE_INTERVAL_MS = 10_000

export function JobsPage() {
  const [filter, setFilter] = useJobFilter()
  useDocumentTitle('Jobs')
  return (
    <>
      <div className="jobs-head">
        <Title order={1} size="h3">
          Jobs
        </Title>
        <JobFilterBar filter={filter} onChange={setFilter} />
      </div>
      <JobList filter={filter} onShowAll={() => setFilter({ state: undefined, type: undefined })} />
    </>
  )
}

function JobList({ filter, onShowAll }: { filter: JobFilter; onShowAll: () => void }) {
  const list = useJobList(filter)
  const now = useNow(AGE_INTERVAL_MS)
  if (list.isPending) return <JobListSkeleton />
  if (list.data === undefined) {
    return (
      <div className="hw-panel">
        <CallFailed
          title="Your jobs could not be loaded"
          error={list.error}
          isRetrying={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      </div>
    )
  }
  const jobs = list.data.pages.flatMap((page) => page.jobs)
  if (jobs.length === 0) {
    const isFiltered = filter.state !== undefined || filter.type !== undefined
    return (
      <div className="hw-panel">
        <EmptyJobList isFiltered={isFiltered} onShowAll={onShowAll} />
      </div>
    )
  }
  return (
    <>
      <ul className="hw-panel job-list" aria-label="Jobs, newest first">
        {jobs.map((job) => (
          <JobRow key={job.jobId} job={job} now={now} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="jobs-more">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Load more
          </Button>
          {list.isFetchNextPageError && (
            <Text size="sm" role="alert" c="var(--hw-danger)">
              {list.error.message}
            </Text>
          )}
        </div>
      )}
    </>
  )
}
