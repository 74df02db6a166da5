// The package's public names.
export { JobReader } from './clients/job-reader.ts'
export { Cluster, type ClusterOptions } from './cluster/cluster.ts'
export type { Program } from './cluster/program.ts'
export { hasRedisServer } from './cluster/redis-server.ts'
export { ROWS } from './rows/index.ts'
export { formatResult } from './report.ts'
export { runRow, type RowResult, type RunOptions } from './run-row.ts'
export type { Row } from './row.ts'
