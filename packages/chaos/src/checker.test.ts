import { expect, it } from 'vitest'
import { check, type AcceptedMessage } from './checker.ts'
import { History } from './history.ts'

const channel = 'user:ada'
const client = { name: 'a', channels: new Set([channel]), since: 0 }

function accepted(...ids: string[]): AcceptedMessage[] {
  return ids.map((messageId, order) => ({ messageId, channel, order, acceptedAt: 1 }))
}

function saw(...steps: (string | { resync: true } | { foreign: string })[]): History {
  const history = new History()
  for (const [seq, step] of steps.entries()) {
    if (typeof step === 'string') history.add({ client: 'a', kind: 'message', channel, messageId: step, seq })
    else if ('resync' in step) history.add({ client: 'a', kind: 'resync', channel, seq })
    else history.add({ client: 'a', kind: 'message', channel: 'user:bob', messageId: step.foreign, seq })
  }
  return history
}

it('finds nothing where everything came once and in order', () => {
  const verdict = check(accepted('1', '2'), saw('1', '2'), [client])
  expect(verdict).toMatchObject({
    delivered: 2,
    lost: [],
    repeated: [],
    reordered: [],
    unexpected: [],
    resyncs: 0,
  })
})

it('names what was lost', () => {
  expect(check(accepted('1', '2', '3'), saw('1', '3'), [client]).lost).toEqual(['a: 2 of user:ada'])
})

it('counts what a later resync covers as told, and nothing that came after it', () => {
  const history = saw('1', { resync: true })
  expect(check(accepted('1', '2'), history, [client]).lost).toEqual([])
  const later = [{ messageId: '3', channel, order: 3, acceptedAt: performance.now() + 1_000 }]
  expect(check(later, history, [client]).lost).toEqual(['a: 3 of user:ada'])
})

it('tells a repetition from what a rewritten log tells again', () => {
  expect(check(accepted('1', '2'), saw('1', '2', '2'), [client]).repeated).toEqual(['a: 2 of user:ada'])
  const again = check(accepted('1', '2'), saw('1', '2', { resync: true }, '1', '2'), [client])
  expect([again.repeated, again.retold]).toEqual([[], 2])
})

it('sees another order, by number or by outbox', () => {
  expect(check(accepted('1', '2'), saw('2', '1'), [client]).reordered).toEqual(['a: 1 of user:ada'])
  expect(check(accepted('1', '2'), saw('2', '1'), [client], { isOrderedByOutbox: false }).reordered).toEqual(
    [],
  )
})

it('sees what is foreign and what nobody accepted', () => {
  const verdict = check(accepted('1'), saw('1', 'made up', { foreign: '9' }), [client])
  expect(verdict.foreign).toEqual(['a: 9 of user:bob'])
  expect(verdict.unexpected).toEqual(['a: made up of user:ada was never accepted'])
})
