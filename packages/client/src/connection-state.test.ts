import { describe, expect, it } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import {
  CONNECTION_TRANSITIONS,
  freshnessOf,
  initialStatus,
  transition,
  type ConnectionInput,
  type ConnectionState,
} from './connection-state.ts'

const STATES = Object.keys(CONNECTION_TRANSITIONS) as ConnectionState[]
const INPUTS = Object.keys(CONNECTION_TRANSITIONS.disconnected) as ConnectionInput[]

/** The state after each input, read as a table: the columns in the order of `INPUTS`. */
const EXPECTED = {
  disconnected:
    'connecting disconnected disconnected disconnected disconnected disconnected disconnected disconnected disconnected disconnected',
  connecting:
    'connecting disconnected connecting connected reconnecting reconnecting failed connecting connecting connecting',
  connected: 'connected disconnected connected connected reconnecting reconnecting failed connected connected connected',
  reconnecting:
    'reconnecting disconnected reconnecting connected reconnecting reconnecting failed reconnecting reconnecting reconnecting',
  failed: 'connecting disconnected failed failed failed failed failed failed failed failed',
} satisfies Record<ConnectionState, string>

describe('transition', () => {
  it.each(STATES)('knows every input in %s', (state) => {
    const next = INPUTS.map((input) => transition({ ...initialStatus(0), state }, input, 1).status.state)
    expect(next.join(' ')).toBe(EXPECTED[state])
  })

  it('counts failed attempts until one succeeds (C3)', () => {
    let status = transition(initialStatus(0), 'connect', 0).status
    for (const input of ['lost', 'retry-due', 'lost', 'retry-due', 'lost'] as const) {
      status = transition(status, input, 1).status
    }
    expect(status.attempts).toBe(3)
    expect(transition(status, 'ready', 2).status.attempts).toBe(0)
  })

  it('is stale since the connection was lost, not since the last attempt', () => {
    let status = transition(initialStatus(0), 'connect', 1).status
    for (const [at, input] of [
      [2, 'opened'],
      [3, 'ready'],
      [10, 'lost'],
      [20, 'retry-due'],
      [30, 'lost'],
    ] as const) {
      status = transition(status, input, at).status
    }
    expect(status.staleSince).toBe(10)
  })

  it('holds its invariants after each of many random inputs (C1, C2)', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed)
      let status = initialStatus(0)
      for (let now = 1; now <= 200; now++) {
        const before = status
        const input = pick(random, INPUTS)
        const step = transition(status, input, now)
        status = step.status
        const trace = `seed ${seed}, step ${now}: ${before.state} + ${input} → ${status.state}`

        const freshness = freshnessOf(status, 0)
        expect(freshness === 'live', trace).toBe(status.state === 'connected')
        if (status.state === 'connected' && before.state !== 'connected') expect(input, trace).toBe('ready')
        if (before.state === 'connected' && status.state === 'reconnecting') {
          expect(['wait', 'dial'], trace).toContain(step.effect)
        }
        if (before.isOpen && !status.isOpen) expect(step.effect, trace).not.toBe('none')
        if (status.state === 'disconnected') expect(status.attempts, trace).toBe(0)
        expect(status.staleSince, trace).toBeLessThanOrEqual(now)
      }
    }
  })
})

describe('freshnessOf', () => {
  it('is catching up while the replay arrives, and while a gap is healed', () => {
    const opened = transition(transition(initialStatus(0), 'connect', 0).status, 'opened', 0).status
    expect(freshnessOf(opened, 0)).toBe('catching-up')
    const ready = transition(opened, 'ready', 0).status
    expect(freshnessOf(ready, 1)).toBe('catching-up')
    expect(freshnessOf(ready, 0)).toBe('live')
  })
})
