import type { PendingOrder } from '@headway/events'
import { Button, Group, Modal, Text } from '@mantine/core'
import { useReturnFocus } from '../lib/use-return-focus.ts'
import { formatMoney } from './money.ts'
import { useDeleteOrder } from './use-orders.ts'

/** Asks before an order is gone on every device. */
export function DeleteOrder({ order, onClose }: { order: PendingOrder; onClose: () => void }) {
  const remove = useDeleteOrder()
  useReturnFocus()
  return (
    <Modal opened onClose={onClose} title="Delete the order?">
      <p>
        The order of {order.customerName} over {formatMoney(order.total, order.currency)} is deleted on all
        your devices. This can&apos;t be undone.
      </p>
      {remove.error && (
        <Text role="alert" size="sm" c="var(--hw-danger)">
          {remove.error.message}
        </Text>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate(order.id, { onSuccess: onClose })}
        >
          Delete
        </Button>
      </Group>
    </Modal>
  )
}
