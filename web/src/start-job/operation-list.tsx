import { Title } from '@mantine/core'
import { IconChevronRight, IconPlugOff } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { Operation } from '../lib/headway-api.ts'
import './operation-list.css'

/** What can be started, and what can't be now with the reason. */
export function OperationList({ operations }: { operations: readonly Operation[] }) {
  return (
    <div className="operations">
      <Title order={1} size="h3">
        Start a job
      </Title>
      <ul className="operation-list">
        {operations.map((operation) => (
          <li key={operation.type}>
            {operation.available ? (
              <AvailableOperation operation={operation} />
            ) : (
              <UnavailableOperation operation={operation} />
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function AvailableOperation({ operation: { type, description } }: { operation: Operation }) {
  return (
    <Link href={`/start/${encodeURIComponent(type)}`} className="operation hw-panel">
      <span className="operation-words">
        <span className="operation-type">{type}</span>
        <span className="hw-muted">{description}</span>
      </span>
      <IconChevronRight size={18} stroke={1.8} aria-hidden="true" className="operation-chevron" />
    </Link>
  )
}

function UnavailableOperation({ operation: { type, description, reason } }: { operation: Operation }) {
  return (
    <div className="operation hw-panel" data-unavailable>
      <span className="operation-words">
        <span className="operation-type">{type}</span>
        <span className="hw-muted">{description}</span>
        <span className="operation-reason">
          <IconPlugOff size={15} stroke={1.9} aria-hidden="true" />
          Not available: {reason ?? 'no worker offers it now.'}
        </span>
      </span>
    </div>
  )
}
