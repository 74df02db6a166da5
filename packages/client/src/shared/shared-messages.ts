import type { Closing, Ready, Resync, WebSocketMessage } from '@headway/events'
import type { RequestName, TransportHandlers } from '../transport.ts'

/** Changes with the messages below: a tab and a worker of different versions never meet. */
const PROTOCOL_VERSION = 1

/** What a tab tells the worker. One port is one attempt of the tab at a connection. */
export type TabMessage =
  | { kind: 'open'; url: string | undefined; path: string; token: string; lock: string }
  | { kind: 'request'; id: number; name: RequestName; args: unknown[]; timeoutMs: number }
  /** So many more messages have been taken. */
  | { kind: 'taken'; count: number }
  | { kind: 'close' }

/** What the worker tells a tab. */
export type WorkerMessage =
  /** The worker lives as long as it holds this lock. */
  | { kind: 'hello'; lock: string }
  | { kind: 'ready'; ready: Ready }
  | { kind: 'message'; message: WebSocketMessage }
  | { kind: 'resync'; resync: Resync }
  | { kind: 'expiring' }
  | { kind: 'closing'; closing: Closing }
  | { kind: 'close'; reason: string }
  | { kind: 'refused'; refusal: Parameters<TransportHandlers['onRefused']>[0] }
  | { kind: 'answer'; id: number; ack: unknown }

/**
 * The name of the worker that serves a user. The browser keeps workers of other origins, other scripts and other
 * names apart, so that two users never share one.
 */
export function sharedWorkerName(target: { url: string | undefined; path: string }, userId: string): string {
  return JSON.stringify(['headway', PROTOCOL_VERSION, target.url ?? '', target.path, userId])
}
