import { describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../test/fake-server.ts'
import { clientOf, connected, eventsOf, jobId, server, settle } from '../test/client-fixture.ts'

describe('send', () => {
  it('waits for a connection, and makes the calls in order (Q1)', async () => {
    server.addJob(jobId)
    const client = clientOf()
    const answers = Promise.all([
      client.send('cancel:job', jobId),
      client.send('answer:job', jobId, 'colour', 'red'),
    ])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(server.requests).toEqual([])
    client.connect()
    await settle()
    expect(await answers).toMatchObject([
      { ok: true, state: 'running' },
      { ok: false, error: { code: 'conflict' } },
    ])
    expect(server.requests.map(({ name }) => name)).toEqual(['cancel:job', 'answer:job'])
  })

  it('makes a call again whose answer the connection took with it (Q2)', async () => {
    const client = await connected()
    server.isAnswering = false
    const answer = client.send('cancel:job', jobId)
    await vi.advanceTimersByTimeAsync(10)
    server.drop()
    server.isAnswering = true
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await answer).toMatchObject({ ok: true })
    expect(server.requests.filter(({ name }) => name === 'cancel:job')).toHaveLength(2)
  })

  it('tells which call was given up (Q3)', async () => {
    const client = clientOf({ sendExpiryMs: 5_000 })
    const dropped = eventsOf(client, 'send-dropped')
    const answer = client.send('cancel:job', jobId)
    await vi.advanceTimersByTimeAsync(7_000)
    expect(await answer).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(dropped).toEqual([{ name: 'cancel:job', args: [jobId], reason: 'expired' }])
  })

  it('makes no call of one user as another (Q4)', async () => {
    const client = await connected()
    client.disconnect()
    const dropped = eventsOf(client, 'send-dropped')
    const answer = client.send('cancel:job', jobId)
    const others = new FakeServer('grace')
    server.openTransport = others.openTransport
    client.connect()
    await settle()
    expect(await answer).toMatchObject({ ok: false })
    expect(others.requests.map(({ name }) => name)).not.toContain('cancel:job')
    expect(dropped).toMatchObject([{ reason: 'user-changed' }])
  })

  it('answers what still waits when the client is destroyed (C7)', async () => {
    const client = clientOf()
    const answer = client.send('cancel:job', jobId)
    client.destroy()
    expect(await answer).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends although the application sends again whatever was given up (C7)', async () => {
    const client = clientOf()
    let dropped = 0
    client.onConnection('send-dropped', ({ name, args }) => {
      dropped += 1
      if (dropped < 1_000) void client.send(name, ...(args as [string]))
    })
    void client.send('cancel:job', jobId)
    client.destroy()
    expect(dropped).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
