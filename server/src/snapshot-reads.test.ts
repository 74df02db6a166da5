import { describe, expect, it } from 'vitest'
import { SnapshotReads, type TooManySnapshotReadsError } from './snapshot-reads.ts'

/** Reads that end when the test says so. */
function controlled(reads: SnapshotReads) {
  const running: (() => void)[] = []
  const read = () => new Promise<void>((resolve) => running.push(resolve))
  return { running, start: () => reads.run(read), goOn: () => reads.goOn(read) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('SnapshotReads', () => {
  it('lets so many read at a time, and the others in their order', async () => {
    const reads = new SnapshotReads({ maxConcurrent: 2, maxWaiting: 10 })
    const { running, start } = controlled(reads)
    const ended: number[] = []
    const all = [0, 1, 2, 3].map((n) => start().then(() => ended.push(n)))
    await turn()
    expect([running.length, reads.waiting]).toEqual([2, 2])
    for (const at of [0, 1, 2, 3]) {
      running[at]!()
      await turn()
    }
    await Promise.all(all)
    expect(ended).toEqual([0, 1, 2, 3])
    expect(reads.waiting).toBe(0)
  })

  it('sends away whoever would wait too long, each for a time of its own', async () => {
    const reads = new SnapshotReads({ maxConcurrent: 1, maxWaiting: 1 })
    const { running, start, goOn } = controlled(reads)
    const admitted = [start(), start()]
    const refusals = await Promise.all(
      Array.from({ length: 100 }, () =>
        start().catch((error: unknown) => error as TooManySnapshotReadsError),
      ),
    )
    const moments = new Set(refusals.map((error) => error?.retryAfterSeconds))
    expect(moments).toEqual(new Set([1, 2, 3, 4, 5]))

    admitted.push(goOn())
    for (const at of [0, 1, 2]) {
      await turn()
      running[at]!()
    }
    await Promise.all(admitted)
    const next = start()
    await turn()
    running[3]!()
    await next
  })

  it('gives the turn on after a read that failed', async () => {
    const reads = new SnapshotReads({ maxConcurrent: 1 })
    await expect(reads.run(() => Promise.reject(new Error('Postgres is away')))).rejects.toThrow('away')
    expect(await reads.run(async () => 'read')).toBe('read')
  })
})
