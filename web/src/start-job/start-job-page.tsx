import { Anchor, Button, Skeleton, Stack, Title } from '@mantine/core'
import { IconArrowLeft, IconPlugOff } from '@tabler/icons-react'
import { Link, useSearchParams } from 'wouter'
import type { Operation } from '../lib/headway-api.ts'
import { CallFailed } from '../shell/call-failed.tsx'
import { useDocumentTitle } from '../shell/document-title.ts'
import { Notice } from '../shell/notice.tsx'
import { OperationList } from './operation-list.tsx'
import { StartJobForm } from './start-job-form.tsx'
import { useEarlierInput } from './use-earlier-input.ts'
import { useOperations } from './use-operations.ts'
import './start-job-page.css'

/** Choose an operation, then fill in its form. */
export function StartJobPage({ type }: { type: string | undefined }) {
  useDocumentTitle(type === undefined ? 'Start a job' : `Start ${type}`)
  const operations = useOperations()
  if (operations.isPending) return <StartJobSkeleton />
  if (operations.data === undefined) {
    return (
      <CallFailed
        title="The operations could not be loaded"
        error={operations.error}
        isRetrying={operations.isFetching}
        onRetry={() => void operations.refetch()}
      />
    )
  }
  if (operations.data.length === 0) return <NoOperations />
  if (type === undefined) return <OperationList operations={operations.data} />
  const operation = operations.data.find((candidate) => candidate.type === type)
  if (operation === undefined) return <UnknownOperation type={type} />
  return <OperationForm key={type} operation={operation} />
}

function OperationForm({ operation }: { operation: Operation }) {
  const [params] = useSearchParams()
  const earlier = useEarlierInput(params.get('from'))
  return (
    <div className="start-form-page">
      <Anchor component={Link} href="/start" size="sm" className="start-back">
        <IconArrowLeft size={15} aria-hidden="true" /> All operations
      </Anchor>
      <Title order={1} size="h3">
        {operation.type}
      </Title>
      <p className="start-description">{operation.description}</p>
      {earlier.isPending ? (
        <Skeleton height={220} radius="md" />
      ) : (
        <StartJobForm operation={operation} earlierInput={earlier.input} />
      )}
    </div>
  )
}

function NoOperations() {
  return (
    <Notice icon={IconPlugOff} title="No worker has been seen" isPage>
      <p>
        Operations appear here as soon as a worker that runs them is connected. In this checkout{' '}
        <code>npm start</code> starts one; elsewhere, see whether the workers run and reach the same database
        and Redis.
      </p>
      <p>This page looks again every few seconds.</p>
    </Notice>
  )
}

function UnknownOperation({ type }: { type: string }) {
  return (
    <Notice icon={IconPlugOff} title="This operation is not known here" isPage>
      <p>
        No worker of this deployment has announced <span className="hw-mono">{type}</span>.
      </p>
      <Button component={Link} href="/start" variant="default">
        Show all operations
      </Button>
    </Notice>
  )
}

function StartJobSkeleton() {
  return (
    <Stack gap="sm" aria-busy="true" aria-label="Loading operations">
      <Skeleton height={26} width={160} />
      <Skeleton height={90} radius="md" />
      <Skeleton height={90} radius="md" />
    </Stack>
  )
}
