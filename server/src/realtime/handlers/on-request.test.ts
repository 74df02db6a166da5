import { EventEmitter } from 'node:events'
import type { Ack } from '@headway/events'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { SerialQueue } from '../serial-queue.ts'
import type { RealtimeSocket } from '../socket-data.ts'
import { onRequest } from './on-request.ts'
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
