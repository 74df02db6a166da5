import { Loader } from '@mantine/core'
import { lazy, Suspense, useEffect } from 'react'
import { Route, Switch } from 'wouter'
import { JobsPage } from '../jobs/jobs-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'

const loadJobPage = () => import('../job/job-page.tsx')
const loadOrdersPage = () => import('../orders/orders-page.tsx')
const loadStartJobPage = () => import('../start-job/start-job-page.tsx')

const GalleryPage = lazy(async () => ({
  default: (await import('../gallery/gallery-page.tsx')).GalleryPage,
}))
const JobPage = lazy(async () => ({ default: (await loadJobPage()).JobPage }))
const OrdersPage = lazy(async () => ({ default: (await loadOrdersPage()).OrdersPage }))
const StartJobPage = lazy(async () => ({ default: (await loadStartJobPage()).StartJobPage }))

/** The first page is drawn without the others; they are loaded right after it, and are there when the server is not. */
export function Pages() {
  useEffect(() => {
    void Promise.allSettled([loadJobPage(), loadStartJobPage(), loadOrdersPage()])
  }, [])
  return (
    <Suspense fallback={<Loader size="sm" aria-label="Loading the page" />}>
      <Switch>
        <Route path="/">
          <JobsPage />
        </Route>
        <Route path="/orders">
          <OrdersPage />
        </Route>
        <Route path="/jobs/:jobId">{({ jobId }) => <JobPage key={jobId} jobId={jobId} />}</Route>
        <Route path="/start/:type?">{({ type }) => <StartJobPage type={type} />}</Route>
        <Route path="/gallery">
          <GalleryPage />
        </Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Suspense>
  )
}
