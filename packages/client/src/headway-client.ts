import type {
  ConnectErrorCode,
  JobState,
  JobView,
  MessageOf,
  MessageType,
  Resync,
  WebSocketMessage,
} from '@headway/events'
import type { ConnectionSnapshot } from './connection-store.ts'
import type { JobMessage, JobSnapshot } from './job-store.ts'
import type { Store } from './store.ts'

/** What happens to the connection, for `onConnection`. */
export interface ConnectionEvents {
  connected: { userId: string; connectionId: string; replayed: number }
  disconnected: { reason: string }
  reconnecting: { attempt: number; delayMs: number }
  failed: { code: ConnectErrorCode; message: string }
  /** A gap could not be filled: refetch what came from this channel. Followed jobs are reloaded already. */
  resync: Resync
  /** Everything missed has been delivered. */
  'caught-up': { replayed: number }
}

export declare class HeadwayClient {
  readonly connection: Store<ConnectionSnapshot>
  connect(): void
  disconnect(): void
  destroy(): void
  subscribe(jobId: string, callback: (message: JobMessage) => void): () => void
  on<TType extends MessageType>(type: TType, callback: (message: MessageOf<TType>) => void): () => void
  onAny(callback: (message: WebSocketMessage) => void): () => void
  onConnection<TType extends keyof ConnectionEvents>(
    type: TType,
    callback: (event: ConnectionEvents[TType]) => void,
  ): () => void
  jobStore(jobId: string): Store<JobSnapshot>
  cancelJob(jobId: string): Promise<{ state: JobState }>
  resumeJob(jobId: string): Promise<JobView>
  answerJob(jobId: string, question: string, value: unknown): Promise<void>
}

export interface ClientOptions {
  /** Where the server is; the page's own origin unless given. */
  url?: string
  /** Called for each token that is needed: at the start, before expiry, and after a refusal. Null: signed out. */
  getToken?: () => string | null | Promise<string | null>
  /** A fixed token, for scripts; it can't be renewed. */
  token?: string
}

export declare function createClient(options: ClientOptions): HeadwayClient
