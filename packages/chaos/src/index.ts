// The package's public names.
export { hasRedisServer } from './cluster/redis-server.ts'
export { ROWS } from './rows/index.ts'
export { formatResult } from './report.ts'
export { runRow, type RowResult, type RunOptions } from './run-row.ts'
export type { Row } from './row.ts'
