import type { Row } from '../row.ts'

/** The sweep under test settings, and a second. */
const SWEPT_MS = 300 + 1_000

export const slowTransaction: Row = {
  number: 20,
  name: 'slow-transaction',
  promise: 'A message of a slow transaction is published by the sweep alone, although later rows went first.',
  needsRedisServer: false,
  resyncs: 'none',
  // The very point: its row is older than what has been published before it.
  isOrderedByOutbox: false,
  async run(trial) {
    const users = await trial.addUsers(2)
    const [userId = ''] = users
    let quickId = ''
    const [slowId = ''] = await trial.publisher.publish([userId], {
      isNudged: false,
      beforeCommit: async () => {
        ;[quickId = ''] = await trial.publisher.publish([userId], { isNudged: false })
        await trial.expectWithin(SWEPT_MS, 'the later row is published first', () => hasArrived(quickId))
        await trial.sleep(1_000)
      },
    })
    const tookMs = await trial.expectWithin(SWEPT_MS, 'the earlier row is published too', () =>
      hasArrived(slowId),
    )
    const orders = new Map((await trial.accepted()).map(({ messageId, order }) => [messageId, order]))
    trial.prove(
      (orders.get(slowId) ?? 0) < (orders.get(quickId) ?? 0),
      'the slow transaction has the lower id',
    )
    await trial.settle({ withinMs: 1_000 })
    return `the lower id was committed last, and arrived ${tookMs} ms later`

    function hasArrived(id: string): boolean {
      return trial.clients
        .filter((client) => client.userId === userId)
        .every(({ name }) => trial.history.of(name).some(({ messageId }) => messageId === id))
    }
  },
}
