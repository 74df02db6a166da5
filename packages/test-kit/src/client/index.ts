// The public names of `@headway/test-kit/client`. Nothing here needs Redis, Postgres or a browser.
export type { CallFaultOptions, ClientCall } from './call-faults.ts'
export type { FakeHeadway, FakeHeadwayOptions, JobScript } from './fake-headway.ts'
export type { FakeJob, JobFailure } from './jobs/fake-job.ts'
export type { FakeOperation } from './jobs/fake-operation.ts'
export type { EndFault, FaultOptions } from './log/live-faults.ts'
export { startFakeHeadway } from './start-fake-headway.ts'
