import { Skeleton } from '@mantine/core'

const ROWS = ['62%', '48%', '55%', '40%', '58%']

export function JobListSkeleton() {
  return (
    <div className="hw-panel job-list" aria-busy="true" aria-label="Loading jobs">
      {ROWS.map((width) => (
        <div key={width} className="job-list-skeleton-row">
          <Skeleton height={14} width={90} />
          <Skeleton height={14} width={width} />
        </div>
      ))}
    </div>
  )
}
