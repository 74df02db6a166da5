export { ArtifactStore, artifactKey, textKey } from './artifacts/artifact-store.ts'
export { JobText, type FinishedText, type TextSlice } from './artifacts/job-text.ts'
export type { Database, JobRow } from './database/database.ts'
export { migrate } from './database/migrate.ts'
export { openDatabase, type DatabaseOptions } from './database/open-database.ts'
export { InvalidCursorError, MigrationFailedError, QueueUnavailableError } from './errors.ts'
export {
  OperationRegistry,
  type OperationDescription,
  type OperationView,
} from './operations/operation-registry.ts'
