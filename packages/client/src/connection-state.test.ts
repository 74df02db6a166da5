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
  disconnected: 'connecting disconnected disconnected disconnected disconnected',
  connecting: 'connecting disconnected connected reconnecting failed',
  connected: 'connected disconnected connected reconnecting failed',
  reconnecting: 'reconnecting disconnected connected reconnecting failed',
  failed: 'connecting disconnected failed failed failed',
} satisfies Record<ConnectionState, string>

describe('transition', () => {
  it.each(STATES)('knows every input in %s', (state) => {
    const next = INPUTS.map((input) => transition({ ...initialStatus(0), state }, input, 1).state)
    expect(next.join(' ')).toBe(EXPECTED[state])
  })

  it('counts failed attempts until one succeeds (C3)', () => {
    let status = transition(initialStatus(0), 'connect', 0)
    for (const input of ['lost', 'connect', 'lost', 'connect', 'lost'] as const) {
      status = transition(status, input, 1)
    }
    expect(status.attempts).toBe(3)
    expect(transition(status, 'ready', 2).attempts).toBe(0)
  })

  it('is stale since the connection was lost, not since the last attempt', () => {
    let status = transition(initialStatus(0), 'connect', 1)
    for (const [at, input] of [
      [3, 'ready'],
      [10, 'lost'],
      [20, 'connect'],
      [30, 'lost'],
    ] as const) {
      status = transition(status, input, at)
    }
    expect(status.staleSince).toBe(10)
  })

  it('holds its invariants after each of many random inputs (C1, C2)', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed)
      let status = initialStatus(0)
      for (let now = 1; now <= 200; now++) {
        const input = pick(random, INPUTS)
        const after = transition(status, input, now)
        const trace = `seed ${seed}, step ${now}: ${status.state} + ${input} → ${after.state}`
        expect(violations(status, input, after, now), trace).toEqual([])
        status = after
      }
    }
  })
})

/** What must hold of every step; answers with what does not. */
function violations(
  before: ConnectionStatus,
  input: ConnectionInput,
  after: ConnectionStatus,
  now: number,
): string[] {
  const isConnected = after.state === 'connected'
  const wasConnected = before.state === 'connected'
  const isWanted = before.state !== 'disconnected' && before.state !== 'failed'
  const claims = {
    'live means connected': (freshnessOf(after.state, true, 0) === 'live') === isConnected,
    'only ready connects': !isConnected || wasConnected || input === 'ready',
    'what is lost is wanted back': !isWanted || input !== 'lost' || after.state === 'reconnecting',
    'nothing is counted while disconnected': after.state !== 'disconnected' || after.attempts === 0,
    'stale since the past': after.staleSince <= now,
  }
  return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [claim]))
}

describe('freshnessOf', () => {
  it('is catching up while the replay arrives, and while a gap is healed', () => {
    expect(freshnessOf('connecting', false, 0)).toBe('stale')
    expect(freshnessOf('connecting', true, 0)).toBe('catching-up')
    expect(freshnessOf('connected', true, 1)).toBe('catching-up')
    expect(freshnessOf('connected', true, 0)).toBe('live')
  })
})
