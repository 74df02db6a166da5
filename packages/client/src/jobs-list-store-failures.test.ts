import { describe, expect, it } from 'vitest'
import { server } from '../test/client-fixture.ts'
import { addJob, connect, createJob, rest, rows, settle, show } from '../test/jobs-list-fixture.ts'

describe('what goes wrong', () => {
  it('is told, and mended by the next connection', async () => {
    addJob('a')
    rest.failures = [503]
    const { list } = show()
    await settle()
    expect(list.getSnapshot()).toMatchObject({ isLoading: false, jobs: [] })
    expect(list.getSnapshot().error).toMatchObject({ name: 'RequestError', code: 'unavailable' })
    await connect()
    expect(rows(list)).toBe('a created 0')
    expect(list.getSnapshot().error).toBeNull()
  })

  it('leaves what is shown, and is mended by hand', async () => {
    addJob('a')
    await connect()
    const { list } = show()
    await settle()
    rest.failures = [null]
    await Promise.all([list.reload(), settle()])
    expect(list.getSnapshot()).toMatchObject({ error: { code: 'unavailable' }, freshness: 'catching-up' })
    expect(rows(list)).toBe('a created 0')
    await Promise.all([list.reload(), settle()])
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })

  it('hides no job: one that could not be asked for comes with the whole list', async () => {
    await connect()
    const { list } = show()
    await settle()
    rest.failures = [null]
    createJob('a')
    await settle()
    expect(rows(list)).toBe('a created 0')
    createJob('b')
    server.jobs.delete('b')
    await settle()
    expect(list.getSnapshot()).toMatchObject({ error: null, freshness: 'live' })
  })

  it('does not lose what was heard during a page that failed', async () => {
    addJob('a')
    addJob('b')
    await connect()
    const { list } = show({ limit: 1 })
    await settle()
    rest.failures = [503]
    rest.latencyMs = 50
    void list.loadMore()
    createJob('c')
    await settle()
    expect(rows(list)).toBe('c created 0, b created 0')
    await settle()
    expect(list.getSnapshot().error?.code).toBe('unavailable')
  })
})
