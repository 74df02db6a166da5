import { EventEmitter } from 'node:events'
import type { Ack } from '@headway/events'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { SerialQueue } from '../serial-queue.ts'
import type { RealtimeSocket } from '../socket-data.ts'
import { onRequest, refuseOtherRequests } from './on-request.ts'
import { REQUEST_BURST, RequestBudget } from './request-budget.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

it('lets no more requests wait for their turn than may be made at once, however long the first one takes', async () => {
  const socket = Object.assign(new EventEmitter(), { data: { queue: new SerialQueue() } })
  const held = Promise.withResolvers<void>()
  let nowMs = 0
  onRequest(
    socket as unknown as RealtimeSocket,
    'sync',
    {
      arguments: z.tuple([]),
      async run(_socket, _none, answer) {
        await held.promise
        answer({})
      },
    },
    // One request each second is always within the budget.
    { logger, budget: new RequestBudget(() => (nowMs += 1_000)) },
  )
  const answers: Ack[] = []
  const ask = () => socket.emit('sync', (answer: Ack) => void answers.push(answer))

  // One has its turn, the others wait.
  for (let n = 0; n <= REQUEST_BURST; n += 1) ask()
  expect(answers).toEqual([])
  ask()
  expect(answers).toMatchObject([{ ok: false, error: { code: 'rate_limited' } }])

  held.resolve()
  await expect.poll(() => answers.filter(({ ok }) => ok)).toHaveLength(REQUEST_BURST + 1)
  ask()
  await expect.poll(() => answers.filter(({ ok }) => ok)).toHaveLength(REQUEST_BURST + 2)
})

it('refuses an event that nobody knows, within the budget, and says nothing where nobody waits', () => {
  const sender = new EventEmitter()
  const socket = { onAny: (listener: (...values: unknown[]) => void) => sender.on('any', listener) }
  refuseOtherRequests(
    socket as unknown as RealtimeSocket,
    new Set(['sync', 'resume']),
    new RequestBudget(() => 0),
  )
  const answers: Ack[] = []
  const answer = (ack: Ack) => void answers.push(ack)
  sender.emit('any', 'sync', answer)
  sender.emit('any', 'no:such')
  sender.emit('any', 'no:such', answer, 'not last')
  expect(answers).toEqual([])

  sender.emit('any', 'no:such', { secret: 1 }, answer)
  const message = 'There is no event "no:such"; the server knows sync, resume.'
  expect(answers).toEqual([{ ok: false, error: { code: 'bad_request', message } }])
  sender.emit('any', 'x'.repeat(101), answer)
  expect(JSON.stringify(answers[1])).not.toContain('x'.repeat(101))

  for (let n = 0; n < REQUEST_BURST; n += 1) sender.emit('any', 'no:such')
  sender.emit('any', 'no:such', answer)
  expect(answers[2]).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
})
