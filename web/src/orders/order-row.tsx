import type { JobView, PendingOrder } from '@headway/events'
import { ActionIcon, Button, Checkbox } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { memo } from 'react'
import { Link } from 'wouter'
import { formatMoment } from '../lib/format.ts'
import { ProgressBar } from '../lib/progress-bar.tsx'
import { formatMoney } from './money.ts'
import { ORDER_STATE_WORDS } from './order-words.ts'
import { isActive } from './use-submissions.ts'

export interface OrderRowProps {
  order: PendingOrder
  /** The newest job that brings the order into the ERP. */
  job: JobView | undefined
  isSelected: boolean
  onSelect: (orderId: string, isSelected: boolean) => void
  onEdit: (order: PendingOrder) => void
  onDelete: (order: PendingOrder) => void
  onSubmit: (orderId: string) => void
}

/** True for an order that can be sent to the ERP now. */
export function canSubmit({ state }: PendingOrder, job: JobView | undefined): boolean {
  return (state === 'draft' || state === 'failed') && !(job && isActive(job))
}

/** It is the ERP's, or on its way there, and can't be deleted. */
function isLocked({ state }: PendingOrder): boolean {
  return state === 'submitting' || state === 'submitted'
}

/** One order of the list, with how far it is on its way into the ERP. */
export const OrderRow = memo(function OrderRow(props: OrderRowProps) {
  const { order, job, isSelected, onSelect, onEdit, onDelete, onSubmit } = props
  const isOpen = canSubmit(order, job)
  const name = `the order of ${order.customerName}`
  return (
    <tr data-order-id={order.id} data-state={order.state}>
      <td>
        <Checkbox
          size="xs"
          aria-label={`Select ${name}`}
          checked={isSelected}
          disabled={!isOpen}
          onChange={({ currentTarget: { checked } }) => onSelect(order.id, checked)}
        />
      </td>
      <td>
        <span className="order-customer hw-truncate">{order.customerName}</span>
        <span className="order-lines-summary hw-muted hw-truncate">
          {order.lines.map(({ quantity, sku }) => `${quantity} × ${sku}`).join(', ')}
        </span>
      </td>
      <td className="hw-number order-total">{formatMoney(order.total, order.currency)}</td>
      <td className="order-way">
        <Way order={order} job={job} />
      </td>
      <td className="hw-muted order-changed">
        <time dateTime={order.updatedAt}>{formatMoment(order.updatedAt)}</time>
      </td>
      <td className="order-actions">
        <Button size="compact-xs" variant="default" disabled={!isOpen} onClick={() => onSubmit(order.id)}>
          Submit
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={!isOpen}
          aria-label={`Change ${name}`}
          onClick={() => onEdit(order)}
        >
          <IconPencil size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={isLocked(order)}
          aria-label={`Delete ${name}`}
          onClick={() => onDelete(order)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </td>
    </tr>
  )
})

function Way({ order, job }: Pick<OrderRowProps, 'order' | 'job'>) {
  if (job && isActive(job)) {
    return (
      <Link href={`/jobs/${job.jobId}`}>
        <span className="hw-truncate">{job.label || 'Waits for a worker'}</span>
        <ProgressBar
          value={job.progress}
          label={`Progress of the order of ${order.customerName}`}
          size="thin"
        />
      </Link>
    )
  }
  if (order.state === 'submitted') {
    return <span className="order-state">Submitted as {order.erpNumber ?? 'unknown'}</span>
  }
  if (order.state === 'failed' && job !== undefined) {
    return (
      <Link href={`/jobs/${job.jobId}`} className="order-state">
        Failed: {job.error ?? 'see the job'}
      </Link>
    )
  }
  return <span className="order-state">{ORDER_STATE_WORDS[order.state]}</span>
}
