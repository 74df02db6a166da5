export { createBroadcaster, type Broadcaster } from './broadcaster.ts'
export { createBusCodec, type BusCodec, type BusGate } from './bus-codec.ts'
export type { BusMessage } from './bus-message.ts'
export { type Namespace } from './channel-keys.ts'
export { CHUNK_MAX_BYTES, chunkPacketText } from './chunk-text.ts'
export { MessageTooLargeError, ReportsFullError, UnexpectedReplyError } from './errors.ts'
export { EventLog, type AppendOptions, type AppendOutcome, type EventLogOptions } from './event-log.ts'
export { refusalOf, type EventLogObserver, type PublishRefusal } from './event-log-observer.ts'
export { FencedEmitter } from './fenced-emitter.ts'
export { FinishedPacket } from './finished-packet.ts'
export type { Logger } from './logger.ts'
export { isNetworkFailure } from './network-failure.ts'
export { PacketEncoder } from './packet-encoder.ts'
export { ProgressLog, type Progress, type UnnumberedProgress } from './progress-log.ts'
export { connectRedis, redisReady, type RedisRole } from './redis-connection.ts'
export { requireSafeRedis, UnsafeRedisError } from './redis-policy.ts'
export type { LogEntry, ReplayOutcome } from './replay-decision.ts'
export { isTooDeepForReport, REPORT_VALUE_MAX_DEPTH } from './report-depth.ts'
export {
  REPORT_VALUE_MAX_BYTES,
  REPORTS_MAX_WAITING,
  ReportStream,
  type ReportEntry,
  type ReportReading,
} from './report-stream.ts'
export { serialiseMessage } from './serialise-message.ts'
export {
  TEXT_MAX_BYTES,
  TextLog,
  type TextAddition,
  type TextAppend,
  type TextLogOptions,
  type TextOutcome,
  type TextReading,
} from './text-log.ts'
export { TransientEmitter } from './transient-emitter.ts'
export { isInsideCharacter, utf8Boundary, utf8Pieces, wholeCharactersEnd } from './utf8-pieces.ts'
export { WorkOffers, type Checkpoint, type OfferState, type WorkOffer } from './work-offers.ts'
