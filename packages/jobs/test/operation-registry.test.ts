import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { OperationDescription } from '../src/index.ts'
import { openTestEngine } from './support/test-engine.ts'

function operation(type: string, changes: Partial<OperationDescription> = {}): OperationDescription {
  return {
    type,
    description: `Runs ${type}`,
    inputSchema: { type: 'object' },
    timeoutMs: 60_000,
    exclusive: false,
    priority: 0,
    ...changes,
  }
}

describe('OperationRegistry', () => {
  it('lists what workers say that they run (J24)', async () => {
    const { engine } = await openTestEngine()
    await engine.operations.register([
      operation('rehearse'),
      operation('capture-page', { unavailableReason: 'No browser was found.' }),
    ])
    expect(await engine.operations.list()).toEqual([
      {
        type: 'capture-page',
        description: 'Runs capture-page',
        inputSchema: { type: 'object' },
        available: false,
        reason: 'No browser was found.',
      },
      { type: 'rehearse', description: 'Runs rehearse', inputSchema: { type: 'object' }, available: true },
    ])
    expect(await engine.operations.find('other')).toBeUndefined()
  })

  it('keeps the fields of a form in the order in which the operation names them (J24)', async () => {
    const { engine } = await openTestEngine()
    const properties = { recipient: { type: 'string' }, text: { type: 'string' }, b: {}, a: {} }
    await engine.operations.register([operation('rehearse', { inputSchema: { type: 'object', properties } })])
    const { inputSchema } = (await engine.operations.find('rehearse'))!
    expect(JSON.stringify(inputSchema)).toBe(JSON.stringify({ type: 'object', properties }))
  })

  it('believes the newest word of a worker (J24)', async () => {
    const { engine } = await openTestEngine()
    await engine.operations.register([operation('rehearse', { unavailableReason: 'starting' })])
    await engine.operations.register([operation('rehearse', { description: 'New words' })])
    expect(await engine.operations.find('rehearse')).toMatchObject({
      available: true,
      description: 'New words',
    })
  })

  it('says so when no worker has been seen for 90 s (J24)', async () => {
    const { engine } = await openTestEngine()
    await engine.operations.register([operation('rehearse')])
    const age = (seconds: number) =>
      sql`update operations set seen_at = now() - make_interval(secs => ${seconds})`.execute(engine.db)
    await age(85)
    expect(await engine.operations.find('rehearse')).toMatchObject({ available: true })
    await age(95)
    const { available, reason } = (await engine.operations.find('rehearse'))!
    expect(available).toBe(false)
    expect(reason).toContain('90 s')
  })

  it('lets workers register at once, whatever their order', async () => {
    const { engine } = await openTestEngine()
    const types = ['a', 'b', 'c', 'd'].map((type) => operation(type))
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        engine.operations.register(index % 2 ? types : types.toReversed()),
      ),
    )
    expect(await engine.operations.list()).toHaveLength(4)
  })

  it('gives a new job the priority and exclusiveness of its operation', async () => {
    const { engine } = await openTestEngine()
    await engine.operations.register([operation('rehearse', { exclusive: true, priority: 5 })])
    await engine.jobs.create({ userId: 'u', operationType: 'rehearse', input: {} })
    await engine.jobs.create({ userId: 'u', operationType: 'unknown', input: {} })
    const rows = await engine.db
      .selectFrom('jobs')
      .select(['priority', 'exclusive'])
      .orderBy('operation_type')
      .execute()
    expect(rows).toEqual([
      { priority: 5, exclusive: true },
      { priority: 0, exclusive: false },
    ])
  })
})
