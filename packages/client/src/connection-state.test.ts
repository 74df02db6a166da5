import { describe, expect, it } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import {
  CONNECTION_TRANSITIONS,
  freshnessOf,
  initialStatus,
  transition,
  type ConnectionInput,
  type ConnectionState,
  type ConnectionStatus,
} from './connection-state.ts'

const STATES = Object.keys(CONNECTION_TRANSITIONS) as ConnectionState[]
const INPUTS = Object.keys(CONNECTION_TRANSITIONS.disconnected) as ConnectionInput[]

/** The state after each input, read as a table: the columns in the order of `INPUTS`. */
const EXPECTED = {
  disconnected:
    'connecting disconnected disconnected disconnected disconnected disconnected disconnected disconnected disconnected disconnected',
  connecting:
    'connecting disconnected connecting connected reconnecting reconnecting failed connecting connecting connecting',
  connected:
    'connected disconnected connected connected reconnecting reconnecting failed connected connected connected',
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
        const input = pick(random, INPUTS)
        const step = transition(status, input, now)
        const trace = `seed ${seed}, step ${now}: ${status.state} + ${input} → ${step.status.state}`
        expect(violations(status, input, step, now), trace).toEqual([])
        status = step.status
      }
    }
  })
})

/** What must hold of every step; answers with what does not. */
function violations(
  before: ConnectionStatus,
  input: ConnectionInput,
  { status, effect }: ReturnType<typeof transition>,
  now: number,
): string[] {
  const isConnected = status.state === 'connected'
  const wasConnected = before.state === 'connected'
  const claims = {
    'live means connected': (freshnessOf(status, 0) === 'live') === isConnected,
    'only ready connects': !isConnected || wasConnected || input === 'ready',
    'a lost connection is followed by another attempt':
      !wasConnected || status.state !== 'reconnecting' || effect === 'wait' || effect === 'dial',
    'an open connection is not left open': !before.isOpen || status.isOpen || effect !== 'none',
    'nothing is counted while disconnected': status.state !== 'disconnected' || status.attempts === 0,
    'stale since the past': status.staleSince <= now,
  }
  return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [claim]))
}

describe('freshnessOf', () => {
  it('is catching up while the replay arrives, and while a gap is healed', () => {
    const opened = transition(transition(initialStatus(0), 'connect', 0).status, 'opened', 0).status
    expect(freshnessOf(opened, 0)).toBe('catching-up')
    const ready = transition(opened, 'ready', 0).status
    expect(freshnessOf(ready, 1)).toBe('catching-up')
    expect(freshnessOf(ready, 0)).toBe('live')
  })
})
