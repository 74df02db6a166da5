import type { ConnectionSnapshot } from '@headway/client'
import type { ReactElement } from 'react'
import { useRealtimeClient, useWebSocketStatus } from '../index.ts'
import { lookOf, type LookProps } from './look.ts'
import type { Texts } from './texts.ts'

export interface ConnectionIndicatorViewProps extends LookProps {
  connection: ConnectionSnapshot
  /** What the button does that connects at once. */
  onRetry: () => void
}

/** How fresh the page is, with a button to connect at once where it waits to. */
export function ConnectionIndicator(look: LookProps): ReactElement {
  const client = useRealtimeClient()
  return (
    <ConnectionIndicatorView {...look} connection={useWebSocketStatus()} onRetry={() => client.connect()} />
  )
}

/** {@link ConnectionIndicator} for a connection that is handed in. */
export function ConnectionIndicatorView({
  connection,
  onRetry,
  ...look
}: ConnectionIndicatorViewProps): ReactElement {
  const { texts, part, root } = lookOf(look)
  const { tone, words } = connectionWords(connection, texts)
  const isWaiting = tone === 'away' && connection.state !== 'connected'
  return (
    <div className={root('connection')} data-tone={tone} title={connection.error?.message}>
      <span className={part('dot')} aria-hidden="true" />
      <output className={part('connection-words')}>{words}</output>
      {isWaiting && (
        <button type="button" className={part('button')} onClick={onRetry}>
          {texts.retry}
        </button>
      )}
    </div>
  )
}

type Tone = 'live' | 'busy' | 'away'

/** Live is said only while nothing can be missing. */
function connectionWords(connection: ConnectionSnapshot, texts: Texts): { tone: Tone; words: string } {
  switch (connection.state) {
    case 'connected':
      if (connection.freshness === 'live') return { tone: 'live', words: texts.connectionLive }
      if (connection.freshness === 'stale') return { tone: 'away', words: texts.stale }
      return { tone: 'busy', words: texts.connectionCatchingUp }
    case 'connecting':
      return { tone: 'busy', words: texts.connectionConnecting }
    case 'disconnected':
      // Before its first connection, in what a server renders too, the provider is about to connect.
      if (connection.userId === null) return { tone: 'busy', words: texts.connectionConnecting }
      return { tone: 'away', words: texts.connectionOffline }
    case 'reconnecting':
      return { tone: 'away', words: texts.connectionOffline }
    case 'failed':
      return { tone: 'away', words: texts.connectionFailed }
    default:
      return connection.state satisfies never
  }
}
