// The package's public names.
export { createOriginList, type OriginList } from './auth/origins.ts'
export { TokenError, type TokenErrorCode } from './auth/token-error.ts'
export {
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
  type VerifiedToken,
} from './auth/token-verifier.ts'
export { ConfigError, parseConfig, type Config } from './config.ts'
export { type JobLimits } from './http/job-limits.ts'
export { createJobRoutes, type JobRoutesOptions } from './http/job-routes.ts'
export type { OrderBroadcast } from './http/pending-orders/broadcast-told.ts'
export type { OrderRouteLimits } from './http/pending-orders/order-route-limits.ts'
export {
  createPendingOrdersRouter,
  type PendingOrdersRouterOptions,
} from './http/pending-orders/pending-orders-router.ts'
export type { UploadLimits } from './http/uploads/upload-limits.ts'
export { createUploadsRouter, type UploadsRouterOptions } from './http/uploads/uploads-router.ts'
export { createLogger, type LoggerOptions } from './logger.ts'
export { createEventLogMetrics } from './metrics/event-log-metrics.ts'
export { createRealtimeMetrics } from './metrics/realtime-metrics.ts'
export { createRelayMetrics } from './metrics/relay-metrics.ts'
export { openServer, type OpenServer } from './open-server.ts'
export {
  initRealtimeServer,
  type HeadwayServer,
  type RealtimeOptions,
} from './realtime/init-realtime-server.ts'
export type { HandshakeRefusalReason, RealtimeObserver } from './realtime/realtime-observer.ts'
export { SnapshotReads, TooManySnapshotReadsError, type SnapshotReadsOptions } from './snapshot-reads.ts'
export type { RealtimeServer } from './realtime/socket-data.ts'
export type { JobStreams } from './realtime/streams/job-streams.ts'
