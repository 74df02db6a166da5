import { useRealtimeClient, useWebSocketStatus } from '@headway/react'
import { Button, Popover, Stack, Text, UnstyledButton } from '@mantine/core'
import { useRef } from 'react'
import { useNow } from '../lib/use-now.ts'
import { connectionWords, secondsToRetry } from './connection-words.ts'
import './connection-indicator.css'

/** Says in the header how fresh the page is; pressed, it explains and offers to try at once. */
export function ConnectionIndicator() {
  const connection = useWebSocketStatus()
  const client = useRealtimeClient()
  const { tone, label, explanation } = connectionWords(connection)
  const isDown = tone === 'away' && connection.state !== 'connected'
  const now = useNow(1_000, connection.nextRetryAt !== null)
  const seconds = secondsToRetry(connection, now)
  const indicator = useRef<HTMLButtonElement>(null)
  const retry = () => {
    // What was pressed goes with the disconnection.
    indicator.current?.focus()
    client.connect()
  }

  return (
    <div className="connection">
      <Popover position="bottom-end" width={290} withArrow shadow="md">
        <Popover.Target>
          <UnstyledButton
            ref={indicator}
            className="connection-button"
            data-tone={tone}
            data-testid="connection"
          >
            <span className="connection-dot" aria-hidden="true" />
            <output className="connection-label">{label}</output>
            {isDown && seconds !== null && (
              <span className="connection-countdown hw-number" aria-hidden="true">
                retry in {seconds} s
              </span>
            )}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="xs">
            <Text fw={600}>{label}</Text>
            <Text size="sm" className="hw-muted">
              {explanation}
            </Text>
            {connection.latencyMs !== null && tone === 'live' && (
              <Text size="xs" className="hw-muted hw-number">
                Round trip {Math.round(connection.latencyMs)} ms
              </Text>
            )}
            {isDown && (
              <Button size="xs" variant="default" onClick={retry}>
                Retry now
              </Button>
            )}
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {isDown && (
        <Button size="compact-xs" variant="default" className="connection-retry" onClick={retry}>
          Retry now
        </Button>
      )}
    </div>
  )
}
