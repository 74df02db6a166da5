// The package's public names.
export { EmbeddedServiceError, type EmbeddedServiceErrorCode } from './errors.ts'
export { findOnPath } from './find-on-path.ts'
export { findFreePort } from './free-port.ts'
export { findQuietPort } from './quiet-port.ts'
export type { EmbeddedService, ServiceExit } from './guarded-service.ts'
export { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './postgres.ts'
export { removePostgresData } from './postgres-cluster.ts'
export { startRedis, type EmbeddedRedis, type RedisOptions } from './redis.ts'
export {
  findProcess,
  isRunning,
  signalProcess,
  waitUntilGone,
  type RunningProcess,
} from './running-process.ts'
