import type { Resync } from '@headway/events'
import type { Registry } from 'prom-client'
import type { HandshakeRefusalReason, RealtimeObserver } from '../realtime/realtime-observer.ts'
import { counter, gauge } from './metric.ts'

const HANDSHAKE_REFUSALS: readonly HandshakeRefusalReason[] = [
  'unauthorized',
  'token_expired',
  'bad_request',
  'rate_limited',
  'too_many_connections',
  'unavailable',
  'origin',
]
const RESYNC_REASONS: readonly Resync['reason'][] = ['trimmed', 'aged', 'lost']

/** Counts what happens to sockets and messages. Hand it to `initRealtimeServer(httpServer, { observer })`. */
export function createRealtimeMetrics(registry: Registry): RealtimeObserver {
  const total = (name: string, help: string) => counter(registry, { name: `headway_${name}_total`, help })
  const connections = gauge(registry, {
    name: 'headway_connections',
    help: 'Sockets that were let in and are open.',
  })
  const streams = gauge(registry, {
    name: 'headway_event_streams',
    help: 'Streams of Server-Sent Events that are open.',
  })
  const refusals = counter(registry, {
    name: 'headway_handshake_refused_total',
    help: 'Connections that were not let in, by the code that they were told.',
    labelNames: ['code'],
  })
  for (const code of HANDSHAKE_REFUSALS) refusals.inc({ code }, 0)
  const resyncs = counter(registry, {
    name: 'headway_resyncs_total',
    help: 'Sockets that were told to start again from a snapshot, once per channel, by reason.',
    labelNames: ['reason'],
  })
  for (const reason of RESYNC_REASONS) resyncs.inc({ reason }, 0)

  const broadcasts = total('broadcasts', 'Messages that were handed to a room of this instance.')
  const deliveries = total('deliveries', 'Messages that were handed to a socket or stream by a broadcast.')
  const replays = total('replays', 'Times that a socket was sent messages of the log that it had missed.')
  const replayed = total('replayed_messages', 'Messages that sockets were sent from the log.')
  const gaps = total('healed_gaps', 'Times that a room was sent from the log what the bus had not brought.')
  const healed = total('healed_messages', 'Messages that rooms were sent from the log in place of the bus.')
  const cuts = total(
    'slow_readers_cut',
    'Connections and streams that were closed because they did not read.',
  )
  const malformed = total('malformed_bus_messages', 'Bytes on the bus that are no message, and were ignored.')
  return {
    onConnect: () => connections.inc(),
    onDisconnect: () => connections.dec(),
    onStreamOpen: () => streams.inc(),
    onStreamClose: () => streams.dec(),
    onRefused: (code) => refusals.inc({ code }),
    onBroadcast(sockets) {
      broadcasts.inc()
      deliveries.inc(sockets)
    },
    onReplay(messages) {
      replays.inc()
      replayed.inc(messages)
    },
    onResync: (reason, sockets) => resyncs.inc({ reason }, sockets),
    onHealed(messages) {
      gaps.inc()
      healed.inc(messages)
    },
    onSlowReaderCut: () => cuts.inc(),
    onMalformed: () => malformed.inc(),
  }
}
