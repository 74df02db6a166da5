// A star, not a list: only what a module re-exports by star can be extended through its own name.
export * from './message-payloads.ts'
export {
  ALL_CHANNEL,
  JOB_ID_PATTERN,
  USER_ID_PATTERN,
  jobChannel,
  jobIdOf,
  userChannel,
  type Channel,
} from './channels.ts'
export { ERROR_CODES, ERROR_STATUSES, type ConnectErrorCode, type ErrorCode } from './error-codes.ts'
export {
  JOB_STATES,
  JOB_TRANSITIONS,
  canTransition,
  isTerminalState,
  type CancelledBy,
  type JobState,
  type QueuedReason,
  type StepStatus,
} from './job-states.ts'
export type { ArtifactView, JobView, QuestionView, StepView } from './job-view.ts'
export {
  EVENT_BUFFER_MAX_AGE_MS,
  EVENT_BUFFER_MAX_BYTES,
  EVENT_BUFFER_MAX_SIZE,
  MESSAGE_MAX_BYTES,
  TEXT_ACK_MAX_BYTES,
} from './limits.ts'
export {
  TRANSIENT_EVENT_TYPES,
  isDurableMessage,
  isMessageOf,
  isTerminalEvent,
  isTransientType,
  isWebSocketMessage,
  isWorkflowEvent,
  type MessageOf,
  type MessageType,
  type OutgoingMessage,
  type TransientEventType,
  type WebSocketMessage,
  type WorkflowEventType,
} from './messages.ts'
export {
  ORDER_LIMITS,
  ORDER_STATES,
  orderTotal,
  type OrderInput,
  type OrderLine,
  type OrderState,
  type PendingOrder,
} from './pending-order.ts'
export { currencyDecimals, readPrice, writePrice } from './price.ts'
export type {
  Ack,
  AckError,
  ClientToServerEvents,
  Closing,
  ConnectErrorData,
  HandshakeAuth,
  JobSubscription,
  Ready,
  ResumeResult,
  Resync,
  ResyncReason,
  ServerToClientEvents,
} from './socket-contract.ts'
