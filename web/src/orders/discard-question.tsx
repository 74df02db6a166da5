import { Button, Group, Text } from '@mantine/core'
import { useEffect, useId, useRef } from 'react'
import { useReturnFocus } from '../lib/use-return-focus.ts'

/** Asks before what was typed is gone; the way back has the focus. */
export function DiscardQuestion({ onStay, onDiscard }: { onStay: () => void; onDiscard: () => void }) {
  useReturnFocus()
  const stay = useRef<HTMLButtonElement>(null)
  useEffect(() => stay.current?.focus(), [])
  const id = useId()
  return (
    <Group justify="flex-end" role="alertdialog" aria-labelledby={id}>
      <Text id={id} size="sm" fw={600}>
        Discard what you typed?
      </Text>
      <Button variant="default" ref={stay} onClick={onStay}>
        Go on editing
      </Button>
      <Button color="red" onClick={onDiscard}>
        Discard
      </Button>
    </Group>
  )
}
