import type { JobView, PendingOrder } from '@headway/events'
import { Checkbox, VisuallyHidden } from '@mantine/core'
import { canSubmit, OrderRow, type OrderRowProps } from './order-row.tsx'

interface OrderTableProps extends Pick<OrderRowProps, 'onSelect' | 'onEdit' | 'onDelete' | 'onSubmit'> {
  orders: readonly PendingOrder[]
  submissions: ReadonlyMap<string, JobView>
  selected: ReadonlySet<string>
  onSelectAll: (orderIds: string[]) => void
}

export function OrderTable({ orders, submissions, selected, onSelectAll, ...handlers }: OrderTableProps) {
  const open = orders.filter((order) => canSubmit(order, submissions.get(order.id)))
  const count = open.filter(({ id }) => selected.has(id)).length
  return (
    <div className="hw-panel orders-table-frame">
      <table className="orders-table">
        <thead>
          <tr>
            <th>
              <Checkbox
                size="xs"
                aria-label="Select all orders that can be submitted"
                checked={open.length > 0 && count === open.length}
                indeterminate={count > 0 && count < open.length}
                onChange={({ currentTarget: { checked } }) =>
                  onSelectAll(checked ? open.map(({ id }) => id) : [])
                }
              />
            </th>
            <th>Customer</th>
            <th className="order-total">Total</th>
            <th>On its way</th>
            <th className="order-changed">Changed</th>
            <th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <OrderRow
              key={order.id}
              order={order}
              job={submissions.get(order.id)}
              isSelected={selected.has(order.id)}
              {...handlers}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}
