import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createRealtimeMetrics } from './realtime-metrics.ts'

it('two servers of a process may share a registry, or have one each', async () => {
  const shared = new Registry()
  const [first, second] = [createRealtimeMetrics(shared), createRealtimeMetrics(shared)]
  const apart = new Registry()
  const third = createRealtimeMetrics(apart)
  for (const metrics of [first, second, third]) {
    metrics.onConnect()
    metrics.onBroadcast(3)
  }
  expect(await shared.metrics()).toMatch(/^headway_connections 2$/m)
  expect(await shared.metrics()).toMatch(/^headway_deliveries_total 6$/m)
  expect(await apart.metrics()).toMatch(/^headway_connections 1$/m)
})

it('shows every reason from the start, so that the first of a kind is an increase', async () => {
  const registry = new Registry()
  createRealtimeMetrics(registry)
  const text = await registry.metrics()
  for (const reason of ['trimmed', 'aged', 'lost'])
    expect(text).toContain(`resyncs_total{reason="${reason}"} 0`)
  expect(text).toContain('handshake_refused_total{code="unavailable"} 0')
})
