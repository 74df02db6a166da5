import type { PendingOrder } from '@headway/events'
import { ActionIcon, Button, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconPlus, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { ApiError, type RefusedField } from '../lib/api-error.ts'
import { useReturnFocus } from '../lib/use-return-focus.ts'
import { Callout } from '../shell/callout.tsx'
import { DiscardQuestion } from './discard-question.tsx'
import {
  emptyLine,
  newDraft,
  placeFaults,
  readDraft,
  toDraft,
  type DraftFaults,
  type DraftLine,
} from './order-draft.ts'
import { useSaveOrder } from './use-orders.ts'

interface OrderFormProps {
  /** The order that is changed; none for a new one. */
  order: PendingOrder | undefined
  /** The order as it is now: another device may have changed it while the form was open. */
  newest: PendingOrder | undefined
  onClose: () => void
}

/** Adds or changes an order. */
export function OrderForm({ order, newest, onClose }: OrderFormProps) {
  const [draft, setDraft] = useState(() => (order ? toDraft(order) : newDraft()))
  /** What the draft was before anything was typed. */
  const [untouched, setUntouched] = useState(draft)
  const [isLeaving, setIsLeaving] = useState(false)
  const [faults, setFaults] = useState<DraftFaults>({})
  const save = useSaveOrder()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const isRefused = Object.keys(faults).length > 0
    if (isRefused) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [faults])
  useReturnFocus()
  // What is being saved is newer than the draft as soon as it is stored.
  const isSaved = save.isPending || save.isSuccess
  const isStale =
    !isSaved && newest !== undefined && draft.version !== undefined && newest.version !== draft.version

  const change = (fields: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...fields }))
  const changeLine = (key: string, fields: Partial<DraftLine>) =>
    setDraft((before) => ({
      ...before,
      lines: before.lines.map((line) => (line.key === key ? { ...line, ...fields } : line)),
    }))
  const submit = () => {
    const read = readDraft(draft)
    setFaults('faults' in read ? read.faults : {})
    if ('faults' in read) return
    save.mutate(read.order, {
      onSuccess: onClose,
      onError: (error) => setFaults(placeFaults(refusedFieldsOf(error)).faults),
    })
  }
  const takeOver = (stored: PendingOrder) => {
    const taken = toDraft(stored)
    setDraft(taken)
    setUntouched(taken)
    setFaults({})
    save.reset()
    // The button that was pressed goes.
    form.current?.querySelector('input')?.focus()
  }
  const leave = () => {
    if (isLeaving) setIsLeaving(false)
    else if (JSON.stringify(draft) === JSON.stringify(untouched)) onClose()
    else setIsLeaving(true)
  }

  return (
    <Modal opened onClose={leave} size="xl" title={order ? 'Change the order' : 'New order'}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <div className="order-fields">
          <TextInput
            data-autofocus
            label="Customer number"
            value={draft.customerId}
            error={faults['customerId']}
            onChange={({ currentTarget: { value } }) => change({ customerId: value })}
          />
          <TextInput
            label="Customer"
            value={draft.customerName}
            error={faults['customerName']}
            onChange={({ currentTarget: { value } }) => change({ customerName: value })}
          />
          <TextInput
            label="Currency"
            maxLength={3}
            value={draft.currency}
            error={faults['currency']}
            onChange={({ currentTarget: { value } }) => change({ currency: value })}
          />
        </div>
        <fieldset className="order-lines">
          <legend>Lines</legend>
          {draft.lines.map((line, index) => (
            <div key={line.key} className="order-line">
              {LINE_FIELDS.map(([name, label]) => (
                <TextInput
                  key={name}
                  size="sm"
                  label={label}
                  inputMode={name === 'price' ? 'decimal' : name === 'quantity' ? 'numeric' : 'text'}
                  value={line[name]}
                  error={faults[`lines.${index}.${name}`]}
                  onChange={({ currentTarget: { value } }) => changeLine(line.key, { [name]: value })}
                />
              ))}
              <ActionIcon
                className="order-line-remove"
                variant="subtle"
                color="gray"
                aria-label={`Remove line ${index + 1}`}
                disabled={draft.lines.length === 1}
                onClick={() => change({ lines: draft.lines.filter(({ key }) => key !== line.key) })}
              >
                <IconX size={16} />
              </ActionIcon>
            </div>
          ))}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => change({ lines: [...draft.lines, emptyLine()] })}
          >
            Add a line
          </Button>
        </fieldset>
        <Textarea
          label="Note"
          autosize
          minRows={2}
          value={draft.note}
          error={faults['note']}
          onChange={({ currentTarget: { value } }) => change({ note: value })}
        />
        <div className="order-form-end">
          {isStale && (
            <Callout
              tone="warning"
              icon={IconAlertTriangle}
              title="The order was changed elsewhere meanwhile"
            >
              <p>What you save now would be refused. Take over what is stored, and change that.</p>
              <Button size="xs" variant="default" mt="xs" onClick={() => takeOver(newest)}>
                Take over what is stored
              </Button>
            </Callout>
          )}
          {save.error && !isStale && <SaveError error={save.error} isNew={order === undefined} />}
          {isLeaving ? (
            <DiscardQuestion onStay={() => setIsLeaving(false)} onDiscard={onClose} />
          ) : (
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                Close
              </Button>
              <Button type="submit" loading={save.isPending} disabled={isStale}>
                Save
              </Button>
            </Group>
          )}
        </div>
      </form>
    </Modal>
  )
}

const LINE_FIELDS = [
  ['sku', 'Article'],
  ['description', 'Description'],
  ['quantity', 'Quantity'],
  ['price', 'Price each'],
] as const satisfies [keyof DraftLine, string][]

function SaveError({ error, isNew }: { error: Error; isNew: boolean }) {
  const refused = refusedFieldsOf(error)
  const { others } = placeFaults(refused)
  return (
    <Callout tone="danger" icon={IconAlertTriangle} title="The order was not saved">
      {isConflict(error) && <p>{conflictWords(isNew)}</p>}
      {refused.length > others.length && <p>Correct what is said at the fields.</p>}
      {others.map((words) => (
        <p key={words}>{words}</p>
      ))}
      {!isConflict(error) && refused.length === 0 && <p>{error.message}</p>}
    </Callout>
  )
}

function isConflict(error: Error): boolean {
  return error instanceof ApiError && error.code === 'conflict'
}

/** None of a conflict: what it says of versions and ids is for programs. */
function refusedFieldsOf(error: Error): readonly RefusedField[] {
  return error instanceof ApiError && !isConflict(error) ? error.refusedFields : []
}

function conflictWords(isNew: boolean): string {
  return isNew
    ? 'It is stored already: the answer to an earlier attempt was lost. Close this, and look for it in the list.'
    : 'It was changed, submitted or deleted elsewhere meanwhile. Close this, and look at what is stored.'
}
