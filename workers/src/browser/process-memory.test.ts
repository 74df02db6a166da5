import { describe, expect, it } from 'vitest'
import { parseStatus, readTreeMemory, treeMemory } from './process-memory.ts'

const one = (pid: number, parentPid: number, ownKb: number, fileKb = 0) => ({ pid, parentPid, ownKb, fileKb })

describe('treeMemory', () => {
  it('counts a process with all that descend from it, in whatever order they are listed', () => {
    const processes = [one(30, 20, 4), one(10, 1, 1), one(20, 10, 2), one(40, 1, 100)]
    expect(treeMemory(10, processes)).toBe(7 * 1024)
  })

  it('counts the pages of files once', () => {
    expect(treeMemory(10, [one(10, 1, 1, 50), one(20, 10, 2, 40)])).toBe(53 * 1024)
  })

  it('is nothing for a process that is gone', () => {
    expect(treeMemory(10, [one(20, 1, 5)])).toBe(0)
  })
})

describe('parseStatus', () => {
  it('reads what Linux writes', () => {
    const status =
      'Name:\tchrome\nPid:\t12\nPPid:\t3\nRssAnon:\t 100 kB\nRssFile:\t  70 kB\nRssShmem:\t   5 kB\n'
    expect(parseStatus(status)).toEqual(one(12, 3, 105, 70))
  })

  it('knows nothing of a process that has ended', () => {
    expect(parseStatus('')).toBeUndefined()
    expect(parseStatus('Name:\tchrome\nState:\tZ (zombie)\nPid:\t12\nPPid:\t3\n')).toBeUndefined()
  })
})

it.runIf(process.platform === 'linux')('reads the memory of this very process', async () => {
  const bytes = await readTreeMemory(process.pid)
  expect(bytes).toBeGreaterThan(20 * 1_048_576)
})
