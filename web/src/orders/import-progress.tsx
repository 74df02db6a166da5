import { Link } from 'wouter'
import { ProgressBar } from '../lib/progress-bar.tsx'
import { useRunningImports } from './use-import.ts'

/** The imports that are under way, on whatever device they were started. */
export function ImportProgress() {
  const imports = useRunningImports()
  return imports.map((job) => (
    <Link key={job.jobId} href={`/jobs/${job.jobId}`} className="hw-panel orders-import">
      <span>Import: {job.label || 'waits for a worker'}</span>
      <ProgressBar value={job.progress} label="Progress of the import" size="thin" />
    </Link>
  ))
}
