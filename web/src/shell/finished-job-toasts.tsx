import { useEvent } from '@headway/react'
import { Anchor } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { resultWords } from '../lib/result-words.ts'

interface ToastContent {
  title: string
  color: string
  /** What the job has come to. */
  words?: string | undefined
}

/** Says that a job has ended to who looks at something else. The list and the job's own page show it themselves. */
export function FinishedJobToasts() {
  const [location] = useLocation()

  const show = (jobId: string, { title, color, words }: ToastContent) => {
    if (location === '/' || location === `/jobs/${jobId}`) return
    const id = `finished-${jobId}`
    const open = (
      <Anchor component={Link} href={`/jobs/${jobId}`} size="sm" onClick={() => notifications.hide(id)}>
        Open the job
      </Anchor>
    )
    const message = words === undefined ? open : <ToastMessage words={words}>{open}</ToastMessage>
    notifications.show({ id, title, color, message })
  }

  useEvent('JOB_COMPLETED', ({ payload }) => {
    const outcome = resultWords(payload)
    show(payload.jobId, {
      title: `${payload.operationType} completed`,
      color: outcome?.hasRefusals === true ? 'yellow' : 'harbour',
      words: outcome?.words,
    })
  })
  useEvent('JOB_FAILED', ({ payload }) => {
    show(payload.jobId, { title: `${payload.operationType} failed`, color: 'red' })
  })
  return null
}

function ToastMessage({ words, children }: { words: string; children: ReactNode }) {
  return (
    <>
      {words}
      <br />
      {children}
    </>
  )
}
