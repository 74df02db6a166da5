import { EmbeddedServiceError } from './errors.ts'
import { findProcess, isRunning, signalProcess, waitUntilGone } from './running-process.ts'
import { readServiceRecord, removeServiceRecord } from './service-record.ts'

/** Longer than a guardian whose owner died waits and then takes to stop its service. */
const GUARDIAN_TIMEOUT_MS = 30_000
const ORPHAN_TIMEOUT_MS = 5_000

/**
 * Makes sure that nobody runs on this data before it is opened: waits for a service that is still stopping after its
 * owner was killed, and stops one that lost its guardian too.
 *
 * @throws EmbeddedServiceError `in_use` when a living owner holds the data
 */
export async function endLeftoverService(name: string, recordFile: string): Promise<void> {
  const record = readServiceRecord(recordFile)
  if (!record) return
  const { owner, guardian, service } = record
  if (isRunning(service) && isRunning(guardian) && isRunning(owner)) {
    const message = `${name} already runs on this data (${recordFile}), for process ${owner.pid}. Stop that one first.`
    throw new EmbeddedServiceError(message, 'in_use')
  }
  await waitUntilGone([guardian], GUARDIAN_TIMEOUT_MS)
  if (isRunning(service)) await endOrphan(service.pid)
  removeServiceRecord(recordFile)
}

async function endOrphan(pid: number): Promise<void> {
  const orphan = findProcess(pid)
  if (!orphan) return
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    signalProcess(pid, signal)
    if (await waitUntilGone([orphan], ORPHAN_TIMEOUT_MS)) return
  }
}
