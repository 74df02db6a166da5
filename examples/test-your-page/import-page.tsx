import { useJobProgress, useStartJob } from '@headway/react'
import type { ReactElement } from 'react'

/** A button that starts an import, and what has become of it. */
export function ImportPage(): ReactElement {
  const { start, jobId, isPending, error } = useStartJob('import')
  // Why a start was refused is in `error`.
  const startImport = () => start({ file: 'orders.csv' }).catch(() => {})
  return (
    <main>
      <button type="button" disabled={isPending} onClick={() => void startImport()}>
        Import
      </button>
      {error && <p role="alert">{error.message}</p>}
      {jobId && <Import jobId={jobId} />}
    </main>
  )
}

function Import({ jobId }: { jobId: string }): ReactElement {
  const { state, label, steps, text } = useJobProgress(jobId)
  return (
    <section>
      <output>{state === 'running' ? `running: ${label}` : state}</output>
      <ol>
        {steps.map(({ name, status }) => (
          <li key={name}>{`${name} ${status}`}</li>
        ))}
      </ol>
      <pre>{text}</pre>
    </section>
  )
}
