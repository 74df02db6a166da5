import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { Loader } from '@mantine/core'
import { JobsPage } from '../jobs/jobs-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'

const JobPage = lazy(async () => ({ default: (await import('../job/job-page.tsx')).JobPage }))
const StartJobPage = lazy(async () => ({
  default: (await import('../start-job/start-job-page.tsx')).StartJobPage,
}))

/** Each page is loaded when it is first shown. */
export function Pages() {
  return (
    <Suspense fallback={<Loader size="sm" aria-label="Loading the page" />}>
      <Switch>
        <Route path="/">
          <JobsPage />
        </Route>
        <Route path="/jobs/:jobId">{({ jobId }) => <JobPage key={jobId} jobId={jobId} />}</Route>
        <Route path="/start/:type?">{({ type }) => <StartJobPage type={type} />}</Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Suspense>
  )
}
