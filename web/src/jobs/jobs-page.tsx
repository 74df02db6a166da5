import { useJobs } from '@headway/react'
import { Button, Text, Title } from '@mantine/core'
import { useRef, useTransition } from 'react'
import { useInputSchemas } from '../lib/use-input-schemas.ts'
import { useNow } from '../lib/use-now.ts'
import { CallFailed } from '../shell/call-failed.tsx'
import { useDocumentTitle } from '../shell/document-title.ts'
import { EmptyJobList } from './empty-job-list.tsx'
import { JobFilterBar } from './job-filter-bar.tsx'
import { useJobFilter, type JobFilter } from './job-filter.ts'
import { JobListSkeleton } from './job-list-skeleton.tsx'
import { JobRow } from './job-row.tsx'
import './jobs-page.css'

/** How often "5 min ago" is told anew, in milliseconds. */
const AGE_INTERVAL_MS = 10_000
const PAGE_SIZE = 30

export function JobsPage() {
  const [filter, setFilter] = useJobFilter()
  useDocumentTitle('Jobs')
  return (
    <>
      <div className="jobs-head">
        <Title order={1} size="h3" tabIndex={-1}>
          Jobs
        </Title>
        <JobFilterBar filter={filter} onChange={setFilter} />
      </div>
      <JobList filter={filter} onShowAll={() => setFilter({ state: undefined, type: undefined })} />
    </>
  )
}

function JobList({ filter, onShowAll }: { filter: JobFilter; onShowAll: () => void }) {
  const { jobs, isLoading, isLoadingMore, hasMore, error, loadMore, refresh } = useJobs({
    ...filter,
    limit: PAGE_SIZE,
  })
  const [isRetrying, retry] = useTransition()
  const schemas = useInputSchemas()
  const now = useNow(AGE_INTERVAL_MS)
  const list = useRef<HTMLUListElement>(null)
  // The button goes with the last page; who works by keys goes on behind the last row that was there.
  const loadOnwards = () => {
    list.current?.querySelector<HTMLElement>('li:last-child > a')?.focus({ preventScroll: true })
    void loadMore()
  }
  if (isLoading) return <JobListSkeleton />
  if (jobs.length === 0) {
    const isFiltered = filter.state !== undefined || filter.type !== undefined
    return (
      <div className="hw-panel">
        {error ? (
          <CallFailed
            title="Your jobs could not be loaded"
            error={error}
            isRetrying={isRetrying}
            onRetry={() => retry(refresh)}
          />
        ) : (
          <EmptyJobList isFiltered={isFiltered} onShowAll={onShowAll} />
        )}
      </div>
    )
  }
  return (
    <>
      <ul ref={list} className="hw-panel job-list" aria-label="Jobs, newest first">
        {jobs.map((job) => (
          <JobRow key={job.jobId} job={job} schema={schemas.get(job.operationType)} now={now} />
        ))}
      </ul>
      {(hasMore || error) && (
        <div className="jobs-more">
          {hasMore && (
            <Button variant="default" loading={isLoadingMore} onClick={loadOnwards}>
              Load more
            </Button>
          )}
          {error && (
            <Text size="sm" role="alert" c="var(--hw-danger)">
              {error.message}
            </Text>
          )}
        </div>
      )}
    </>
  )
}
