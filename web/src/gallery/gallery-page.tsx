import '@headway/react/styles.css'
import {
  ConnectionIndicatorView,
  JobProgressBar,
  StatusBarView,
  TaskActivityView,
} from '@headway/react/components'
import { Title, useComputedColorScheme } from '@mantine/core'
import type { ReactNode } from 'react'
import { useDocumentTitle } from '../shell/document-title.ts'
import { CONNECTION_SAMPLES } from './connection-samples.ts'
import { JOB_SAMPLES } from './job-samples.ts'
import './gallery-page.css'

const nothing = () => {}
const panels = Object.entries(JOB_SAMPLES)
const connections = Object.entries(CONNECTION_SAMPLES)

/** Every component of `@headway/react/components` in every state, from values that never change. */
export function GalleryPage() {
  const scheme = useComputedColorScheme()
  useDocumentTitle('Gallery')
  return (
    <div className="gallery" data-headway-theme={scheme}>
      <Title order={1} size="h3">
        Gallery
      </Title>
      <Samples title="Connection indicator">
        {connections.map(([name, connection]) => (
          <Sample key={name} name={name}>
            <ConnectionIndicatorView connection={connection} onRetry={nothing} />
          </Sample>
        ))}
      </Samples>
      <Samples title="Progress bar">
        {panels.map(([name, job]) => (
          <Sample key={name} name={name}>
            <JobProgressBar job={job} />
          </Sample>
        ))}
      </Samples>
      <Samples title="Status bar" isWide>
        {connections.map(([name, connection]) => (
          <Sample key={name} name={name}>
            <StatusBarView connection={connection} job={JOB_SAMPLES['running']} onRetry={nothing} />
          </Sample>
        ))}
        <Sample name="without a job">
          <StatusBarView connection={CONNECTION_SAMPLES.live} onRetry={nothing} />
        </Sample>
      </Samples>
      <Samples title="Task activity">
        <Panels />
      </Samples>
      <div className="gallery-theme" data-headway-theme={scheme === 'dark' ? 'light' : 'dark'}>
        <Samples title={scheme === 'dark' ? 'Light theme' : 'Dark theme'}>
          <Panels />
        </Samples>
      </div>
      <Samples title="Unstyled">
        <Sample name="waiting">
          {JOB_SAMPLES['waiting'] && (
            <TaskActivityView className="gallery-unstyled" job={JOB_SAMPLES['waiting']} unstyled />
          )}
        </Sample>
      </Samples>
    </div>
  )
}

function Panels() {
  return panels.map(([name, job]) => (
    <Sample key={name} name={name}>
      <TaskActivityView job={job} artifactHref={() => '#orders.csv'} />
    </Sample>
  ))
}

function Samples({ title, isWide, children }: { title: string; isWide?: boolean; children: ReactNode }) {
  return (
    <section className="gallery-samples" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <div className="gallery-grid" data-wide={isWide}>
        {children}
      </div>
    </section>
  )
}

function Sample({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="gallery-sample" data-sample={name}>
      <p className="gallery-name">{name}</p>
      {children}
    </div>
  )
}
