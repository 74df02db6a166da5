import { ORDER_STATES, type PendingOrder } from '@headway/events'
import { Button, FileButton, NativeSelect, Text, TextInput, Title } from '@mantine/core'
import { IconFileImport, IconPlus } from '@tabler/icons-react'
import { useCallback, useRef, useState } from 'react'
import { useDocumentTitle } from '../shell/document-title.ts'
import { ImportProgress } from './import-progress.tsx'
import { DeleteOrder } from './delete-order.tsx'
import { useOrderFilter } from './order-filter.ts'
import { OrderList } from './order-list.tsx'
import { OrderForm } from './order-form.tsx'
import { canSubmit } from './order-row.tsx'
import { OrderTable } from './order-table.tsx'
import { ORDER_STATE_WORDS } from './order-words.ts'
import { SentFileProgress } from './sent-file-progress.tsx'
import { useFileDrop } from './use-file-drop.ts'
import { useFileImport } from './use-import.ts'
import { useLiveOrders } from './use-live-orders.ts'
import { useOrders } from './use-orders.ts'
import { useSubmissions, useSubmitOrders } from './use-submissions.ts'
import './orders-page.css'

/** Orders that wait for the ERP, the same on every device. */
export function OrdersPage() {
  useDocumentTitle('Orders')
  useLiveOrders()
  const [filter, setFilter] = useOrderFilter()
  const list = useOrders(filter)
  const submissions = useSubmissions()
  const submit = useSubmitOrders()
  const importing = useFileImport()
  const drop = useFileDrop(importing.start)
  const forgetFile = useRef<() => void>(null)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [edited, setEdited] = useState<PendingOrder | 'new'>()
  const [deleted, setDeleted] = useState<PendingOrder>()
  const { mutate: start } = submit
  const onSelect = useCallback((orderId: string, isSelected: boolean) => {
    setSelected(
      (before) => new Set(isSelected ? [...before, orderId] : [...before].filter((id) => id !== orderId)),
    )
  }, [])
  const onSubmit = useCallback((orderId: string) => start([orderId]), [start])

  const orders = list.data?.pages.flatMap((page) => page.orders) ?? []
  const chosen = orders.filter(
    (order) => selected.has(order.id) && canSubmit(order, submissions.get(order.id)),
  )
  const submitChosen = () => {
    // Those that could not be started stay chosen.
    start(
      chosen.map(({ id }) => id),
      { onSuccess: () => setSelected(new Set()) },
    )
  }
  const failure = submit.error ?? importing.error

  return (
    <>
      <div className="orders-page" data-drop={drop.isOver || undefined} {...drop.target}>
        <div className="orders-head">
          <Title order={1} size="h3">
            Orders
          </Title>
          <div className="orders-tools">
            <TextInput
              type="search"
              aria-label="Search orders"
              placeholder="Search"
              value={filter.search}
              onChange={({ currentTarget: { value } }) => setFilter({ search: value })}
            />
            <NativeSelect
              aria-label="State"
              value={filter.state ?? ''}
              onChange={({ currentTarget: { value } }) =>
                setFilter({ state: ORDER_STATES.find((state) => state === value) })
              }
              data={[
                { value: '', label: 'Any state' },
                ...ORDER_STATES.map((state) => ({ value: state, label: ORDER_STATE_WORDS[state] })),
              ]}
            />
            <Button
              disabled={chosen.length === 0}
              loading={submit.isPending}
              variant="default"
              onClick={submitChosen}
            >
              {chosen.length === 0 ? 'Submit selected' : `Submit ${chosen.length} selected`}
            </Button>
            <FileButton
              accept=".csv,text/csv"
              resetRef={forgetFile}
              onChange={(file) => {
                if (file) importing.start(file)
                // Else the same file, corrected, could not be chosen again.
                forgetFile.current?.()
              }}
            >
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  disabled={importing.sending !== undefined}
                  leftSection={<IconFileImport size={16} />}
                >
                  Import CSV
                </Button>
              )}
            </FileButton>
            <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
              New order
            </Button>
          </div>
        </div>
        {failure && (
          <Text role="alert" size="sm" c="var(--hw-danger)" mb="sm">
            {failure.message}
          </Text>
        )}
        {importing.sending && <SentFileProgress file={importing.sending} onCancel={importing.cancel} />}
        <ImportProgress />
        <OrderList list={list} isFiltered={filter.search !== '' || filter.state !== undefined}>
          <OrderTable
            orders={orders}
            submissions={submissions}
            selected={selected}
            onSelect={onSelect}
            onSelectAll={(orderIds) => setSelected(new Set(orderIds))}
            onEdit={setEdited}
            onDelete={setDeleted}
            onSubmit={onSubmit}
          />
        </OrderList>
      </div>
      {edited !== undefined && (
        <OrderForm
          order={edited === 'new' ? undefined : edited}
          newest={edited === 'new' ? undefined : orders.find(({ id }) => id === edited.id)}
          onClose={() => setEdited(undefined)}
        />
      )}
      {deleted && <DeleteOrder order={deleted} onClose={() => setDeleted(undefined)} />}
    </>
  )
}
