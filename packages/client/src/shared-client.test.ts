import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { jobId, opened, openTab, server, stopWorkers, tokenOf, type Tab } from '../test/shared-fixture.ts'

const PATIENCE = { timeout: 20_000 }

function asked(name: string): number {
  return server.requests.filter((request) => request.name === name).length
}

/** Tabs that are connected. */
async function tabs(count: number): Promise<Tab[]> {
  const made = Array.from({ length: count }, () => openTab())
  await connected(made)
  return made
}

async function connected(made: readonly Tab[]): Promise<void> {
  const freshness = () => made.map(({ client }) => client.connection.getSnapshot().freshness)
  await expect.poll(freshness, PATIENCE).toEqual(made.map(() => 'live'))
}

function publish(count: number): number[] {
  return Array.from(
    { length: count },
    () => server.publish(server.channel, { type: 'CUSTOMER_UPDATED', payload: { customerId: 'c' } }).seq ?? 0,
  )
}

async function haveHeard(made: readonly Tab[], seqs: readonly number[]): Promise<void> {
  const heard = () => made.map((tab) => tab.heard.map(({ seq }) => seq))
  await expect.poll(heard, PATIENCE).toEqual(made.map(() => seqs))
}

describe('one connection for all tabs', { timeout: 60_000 }, () => {
  it('serves ten tabs, each with every message once and in order (U1, U2)', async () => {
    const made = await tabs(10)
    await haveHeard(made, publish(50))
    expect(server.connections.size).toBe(1)
  })

  it('brings a late tab up to date from its own cursor, and nobody else anything twice (U2)', async () => {
    const [early, other] = await tabs(2)
    const first = publish(3)
    await haveHeard([early!, other!], first)
    early!.client.disconnect()
    const missed = publish(5)
    await haveHeard([other!], [...first, ...missed])
    early!.client.connect()
    await connected([early!])
    await haveHeard([early!, other!], [...first, ...missed])
    expect(server.connections.size).toBe(1)
  })

  it('leaves a job with the last tab that shows it (U3)', async () => {
    const [one, two] = await tabs(2)
    server.addJob(jobId)
    const heard: string[] = []
    const stop = one!.client.subscribe(jobId, () => heard.push('one'))
    two!.client.subscribe(jobId, () => heard.push('two'))
    await expect.poll(() => asked('subscribe:job'), PATIENCE).toBe(2)
    stop()
    // It has left before whatever it asks for later.
    await setTimeout(0)
    expect(await one!.client.send('cancel:job', jobId)).toMatchObject({ ok: true })
    server.change(jobId, 'running', 'JOB_RUNNING')
    await expect.poll(() => heard, PATIENCE).toEqual(['two'])
    expect(asked('unsubscribe:job')).toBe(0)
    two!.client.destroy()
    await expect.poll(() => asked('unsubscribe:job'), PATIENCE).toBe(1)
    one!.client.destroy()
    await expect.poll(() => server.connections.size, PATIENCE).toBe(0)
  })

  it('keeps users apart (U4)', async () => {
    const mine = openTab()
    const other = openTab({ userId: 'eve' })
    await connected([mine, other])
    expect(opened.size).toBe(2)
    expect(server.connections.size).toBe(2)
  })

  it('lets a tab in with another token only once the server has taken it (U4)', async () => {
    const [first] = await tabs(1)
    const second = openTab({ mark: 1 })
    await connected([first!, second])
    expect(server.requests.filter(({ name }) => name === 'auth:refresh')).toHaveLength(1)
    expect(server.connections.size).toBe(1)
  })

  it('turns away a tab whose token the server refuses, and serves the others (U4)', async () => {
    const [first] = await tabs(1)
    server.forged.add(tokenOf('42', 666))
    const forged = openTab({ mark: 666 })
    const state = () => forged.client.connection.getSnapshot().state
    await expect.poll(state, PATIENCE).toBe('failed')
    await haveHeard([first!], publish(3))
    expect(forged.heard).toEqual([])
    expect(server.connections.size).toBe(1)
  })

  it('asks one tab for a new token, and another when that one has gone (U5)', async () => {
    const silent = Promise.withResolvers<string>()
    const [first] = [openTab({ renew: () => silent.promise })]
    await connected([first])
    const second = openTab({ renew: () => tokenOf('42', 2) })
    await connected([first, second])
    for (const connection of server.connections) connection.send((handlers) => handlers.onExpiring())
    await expect.poll(() => first.renewals(), PATIENCE).toBe(1)
    expect(second.renewals()).toBe(0)
    first.client.destroy()
    await expect.poll(() => asked('auth:refresh'), PATIENCE).toBe(1)
    expect(server.requests.at(-1)?.args).toEqual([tokenOf('42', 2)])
    expect(server.connections.size).toBe(1)
  })

  it('goes on with a new worker when the worker is gone (U6)', async () => {
    const made = await tabs(3)
    const before = publish(2)
    await haveHeard(made, before)
    stopWorkers()
    const meanwhile = publish(4)
    await haveHeard(made, [...before, ...meanwhile])
    expect(server.connections.size).toBe(1)
  })

  it('shares in the oldest browsers that the package is for, too (U1)', async () => {
    const withResolvers = Object.getOwnPropertyDescriptor(Promise, 'withResolvers') as PropertyDescriptor
    Reflect.deleteProperty(Promise, 'withResolvers')
    try {
      await haveHeard(await tabs(2), publish(3))
      expect(opened.size).toBe(1)
      expect(server.connections.size).toBe(1)
    } finally {
      Object.defineProperty(Promise, 'withResolvers', withResolvers)
    }
  })

  it('opens a connection of its own where the worker does not start (U7)', async () => {
    const made = [openTab({ breaks: true }), openTab({ breaks: true })]
    await connected(made)
    await haveHeard(made, publish(5))
    expect(server.connections.size).toBe(2)
  })

  it('opens a connection of its own for a token that names no user (U7)', async () => {
    const made = [openTab({ token: 'opaque' }), openTab()]
    await connected(made)
    await haveHeard(made, publish(2))
    expect(opened.size).toBe(1)
    expect(server.connections.size).toBe(2)
  })

  it.each(['are kept', 'are trimmed'])(
    'brings a tab that was sent away up to date, when the messages that it missed %s (U8)',
    async (kept) => {
      let isDull = true
      const [busy, other] = [openTab({ isDull: () => isDull }), openTab()]
      await connected([busy, other])
      const sentAway = Promise.withResolvers<void>()
      const missed: number[] = []
      busy.client.onConnection('disconnected', () => {
        isDull = false
        // The worker has sent it away, and it has not tried again yet.
        missed.push(...publish(3))
        if (kept === 'are trimmed') server.log(server.channel).trim(2)
        sentAway.resolve()
      })
      const resyncs: string[] = []
      busy.client.onConnection('resync', ({ channel, reason }) => resyncs.push(`${channel} ${reason}`))
      const before: number[] = []
      while (before.length < 4_096) {
        before.push(...publish(512))
        await expect.poll(() => other.heard.length, PATIENCE).toBeGreaterThanOrEqual(before.length)
      }
      await sentAway.promise
      await connected([busy])
      const after = publish(2)
      await haveHeard([other], [...before, ...missed, ...after])
      const isTrimmed = kept === 'are trimmed'
      await haveHeard([busy], isTrimmed ? [...before, ...after] : [...before, ...missed, ...after])
      expect(resyncs).toEqual(isTrimmed ? [`${server.channel} trimmed`] : [])
      expect(server.connections.size).toBe(1)
    },
  )

  it('follows the server through the end of the connection, with one for all again (U1, U2)', async () => {
    const made = await tabs(4)
    const before = publish(2)
    await haveHeard(made, before)
    server.drop()
    const after = publish(3)
    await haveHeard(made, [...before, ...after])
    expect(server.connections.size).toBe(1)
  })
})
