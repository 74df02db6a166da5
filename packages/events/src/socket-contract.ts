import type { Channel } from './channels.ts'
import type { ConnectErrorCode, ErrorCode } from './error-codes.ts'
import type { JobState } from './job-states.ts'
import type { JobView } from './job-view.ts'
import type { WebSocketMessage } from './messages.ts'

/** What a client sends with CONNECT. All of it may also be given in the query (`token`, `lastEventTs`). */
export interface HandshakeAuth {
  /** JWT whose `sub` is the user id. */
  token: string
  /** Last `seq` that the client has, per channel: its own user channel, `all`, and jobs of the user. Exact. */
  cursors?: Record<string, number>
  /** For thin clients: time of the last event, ISO-8601 or milliseconds since the epoch. Own user channel only. */
  lastEventTs?: string | number
}

/** Why a gap can't be filled. */
export type ResyncReason = 'trimmed' | 'aged' | 'lost'

/** The server's word that everything missed was sent. */
export interface Ready {
  userId: string
  connectionId: string
  instanceId: string
  /** Last `seq` sent or implied, per channel that the socket follows. */
  channels: Record<string, number>
  /** Channels of `cursors` that the user may not follow. */
  refused: string[]
  /** How many messages were replayed. */
  replayed: number
  /** ISO-8601. */
  serverTime: string
}

/** The gap can't be filled: refetch the snapshot and go on from `seq`. */
export interface Resync {
  channel: Channel
  seq: number
  reason: ResyncReason
}

/** Sent just before the server closes a socket. */
export interface Closing {
  code: 'token_expired' | 'draining' | 'too_slow' | 'replaced'
  /** When to come back, in milliseconds. */
  retryAfterMs?: number
}

/** `err.data` of a refused handshake. */
export interface ConnectErrorData {
  code: ConnectErrorCode
  message: string
  /** Before so many milliseconds have passed the next attempt is refused as well; absent where the server can't tell. */
  retryAfterMs?: number
}

/** What a server sends. */
export interface ServerToClientEvents {
  /** A message. */
  event: (message: WebSocketMessage) => void
  /** What the cursors missed was sent. */
  ready: (ready: Ready) => void
  /** A gap that can't be filled: fetch the snapshot, and go on from `seq`. */
  resync: (resync: Resync) => void
  /** 60 s before the token expires. */
  'auth:expiring': (notice: { expiresAt: string }) => void
  /** Just before the server closes the socket. */
  closing: (closing: Closing) => void
}

/** Why a call was refused. */
export interface AckError {
  ok: false
  error: {
    code: ErrorCode
    message: string
    /** When to ask again, in milliseconds; absent where the server can't tell, or asking again is no use. */
    retryAfterMs?: number
  }
}

/** Every acknowledgement has this form. */
export type Ack<TResult extends object = object> = ({ ok: true } & TResult) | AckError

/** What following a job answers: the job, its text, and the `seq` from which live messages go on. */
export interface JobSubscription {
  channel: Channel
  /** Position of the snapshot: what follows it arrives as `event`. */
  seq: number
  job: JobView
  /** The job's text from `textOffset` on, at most 256 KiB. */
  text: string
  /** In UTF-8 bytes. */
  textOffset: number
  /** End of the whole text; beyond the end of `text`: ask again, or use `/text`. */
  textEnd: number
}

/** What became of a cursor: all that was missed came before this, or it can't be told. */
export type ResumeResult =
  | { status: 'replayed'; count: number; seq: number }
  | { status: 'resync'; seq: number; reason: ResyncReason }

/** What a client may call, with the acknowledgement of each. */
export interface ClientToServerEvents {
  /** Follows a job, and answers with its snapshot; a `cursor` gives the missed durable messages first. */
  'subscribe:job': (
    jobId: string,
    options: { cursor?: number; textOffset?: number },
    ack: (result: Ack<JobSubscription>) => void,
  ) => void
  /** Leaves a job's room. */
  'unsubscribe:job': (jobId: string, ack: (result: Ack) => void) => void
  /** Asks for the end of a job; answers with the state it is in. */
  'cancel:job': (jobId: string, ack: (result: Ack<{ state: JobState }>) => void) => void
  /** Answers a job's question. */
  'answer:job': (jobId: string, question: string, value: unknown, ack: (result: Ack) => void) => void
  /** Fills a gap: the missed messages come before the acknowledgement. */
  resume: (channel: string, cursor: number, ack: (result: Ack<ResumeResult>) => void) => void
  /** A new token of the same user, in place: rooms and cursors stay. */
  'auth:refresh': (token: string, ack: (result: Ack<{ expiresAt: string }>) => void) => void
  /** The heads of what this socket follows. */
  sync: (
    ack: (
      result: Ack<{ serverTime: string; channels: Record<string, { seq: number; textEnd?: number }> }>,
    ) => void,
  ) => void
}
