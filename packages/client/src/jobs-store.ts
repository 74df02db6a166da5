import type { HeadwayClient } from './headway-client.ts'
import type { JobSnapshot } from './job-store.ts'
import { jobStore } from './job-stores.ts'
import type { Store } from './store.ts'

/**
 * Several jobs as one value, in the order of their ids, all followed as long as the store has subscribers. Each snapshot
 * is that of its `jobStore`, and the array is the same until one of them has changed.
 */
export function jobsStore(client: HeadwayClient, jobIds: readonly string[]): Store<readonly JobSnapshot[]> {
  let stores = jobIds.map((jobId) => jobStore(client, jobId))
  const initial = stores.map((store) => store.getInitialSnapshot())
  let held: readonly JobSnapshot[] = []

  const getSnapshot = (): readonly JobSnapshot[] => {
    const snapshots = stores.map((store) => store.getSnapshot())
    const isSame = snapshots.every((snapshot, index) => snapshot === held[index])
    if (!isSame) held = snapshots
    return held
  }
  const subscribe = (listener: () => void): (() => void) => {
    // All that change in a frame are in what the first of them tells.
    const tell = (): void => {
      if (getSnapshot() === told) return
      told = held
      listener()
    }
    const undoings: (() => void)[] = []
    // Looked up anew, and followed at once: of many jobs that nobody follows some are forgotten.
    stores = jobIds.map((jobId) => {
      const store = jobStore(client, jobId)
      undoings.push(store.subscribe(tell))
      return store
    })
    let told = getSnapshot()
    return () => undoings.forEach((undo) => undo())
  }
  return { subscribe, getSnapshot, getInitialSnapshot: () => initial }
}
