// @vitest-environment happy-dom
import { act, StrictMode, type ReactElement } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { StatusBar, TaskActivityPanel } from './components.ts'
import { RealtimeProvider, useJobProgressMultiple, useJobs, useWorkflowProgress } from './index.ts'

const IDS = ['a']

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await stage.close()
})

function States(): ReactElement {
  const states = [
    useWorkflowProgress('a').state,
    useJobProgressMultiple(IDS)[0]?.state,
    useJobs().jobs[0]?.state,
  ]
  return <h1>{states.map((state) => state ?? 'unknown').join(' ')}</h1>
}

it.each(['by a client that knows nothing', 'by a client that has seen the end'])(
  'a page from a server is taken over without a mismatch, %s (J1)',
  async (by) => {
    const page = (
      <StrictMode>
        <RealtimeProvider client={stage.client}>
          <States />
          <StatusBar currentJobId="a" />
          <TaskActivityPanel jobId="a" />
        </RealtimeProvider>
      </StrictMode>
    )
    const container = document.createElement('div')
    container.innerHTML = renderToString(page)
    expect(container.querySelector('h1')?.textContent).toBe('unknown unknown unknown')
    stage.server.addJob('a')
    if (by.includes('seen')) {
      await stage.show(<States />)
      await stage.settle()
    }
    stage.run('a')
    stage.server.change('a', 'completed', 'JOB_COMPLETED')
    await stage.settle()

    const complaints = vi.spyOn(console, 'error')
    const recovered: unknown[] = []
    const root = await act(async () =>
      hydrateRoot(container, page, { onRecoverableError: (error) => recovered.push(error) }),
    )
    await stage.settle()
    expect(container.querySelector('h1')?.textContent).toBe('completed completed completed')
    expect(container.querySelector('.headway-panel')?.getAttribute('data-state')).toBe('completed')
    expect(recovered).toEqual([])
    expect(complaints).not.toHaveBeenCalled()
    await act(async () => root.unmount())
  },
)
