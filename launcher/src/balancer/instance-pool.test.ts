import { expect, it } from 'vitest'
import { REST_AFTER_REFUSAL_MS } from './balancer-settings.ts'
import { InstancePool } from './instance-pool.ts'

function poolWith(connections: Record<number, number>): InstancePool {
  const ports = Object.keys(connections).map(Number)
  const pool = new InstancePool(ports)
  for (const port of ports) for (let n = 0; n < (connections[port] ?? 0); n++) pool.opening(port)
  return pool
}

it('spreads those that come at once over all', () => {
  const pool = new InstancePool([1, 2, 3])
  const chosen = Array.from({ length: 6 }, () => {
    const [port = 0] = pool.order(0)
    pool.opening(port)
    return port
  })
  expect(chosen).toEqual([1, 2, 3, 1, 2, 3])
})

it('takes turns also when each connection has ended before the next', () => {
  const pool = new InstancePool([1, 2, 3])
  const chosen = Array.from({ length: 4 }, () => {
    const [port = 0] = pool.order(0)
    pool.opening(port)
    pool.closed(port)
    return port
  })
  expect(chosen).toEqual([1, 2, 3, 1])
})

it('tries the one with the fewest connections first: one that came back gets the next clients', () => {
  expect(poolWith({ 1: 5, 2: 0, 3: 4 }).order(0)).toEqual([2, 3, 1])
})

it('tries one that has refused last, and after a rest like any other', () => {
  const pool = poolWith({ 1: 0, 2: 3, 3: 4 })
  expect(pool.refused(1, 100)).toBe(true)
  expect(pool.order(101)).toEqual([2, 3, 1])
  expect(pool.order(101 + REST_AFTER_REFUSAL_MS)).toEqual([1, 2, 3])
})

it('tells a change from more of the same', () => {
  const pool = new InstancePool([1])
  expect([pool.accepted(1), pool.refused(1, 0), pool.refused(1, 9_000)]).toEqual([false, true, false])
  expect([pool.accepted(1), pool.accepted(1)]).toEqual([true, false])
})
