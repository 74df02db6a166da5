import type { RawClient } from '../clients/raw-client.ts'
import type { Row } from '../row.ts'

const RECONNECTS = 500

export const replayAgainstLive: Row = {
  number: 18,
  name: 'replay-against-live',
  promise:
    'Clients that reconnect in a tight loop while messages keep coming see each of them once and in order.',
  needsRedisServer: false,
  resyncs: 'none',
  cluster: { env: { EVENT_BUFFER_MAX_SIZE: '5000', EVENT_BUFFER_MAX_BYTES: '10000000' } },
  async run(trial) {
    const userIds = [trial.userId(0), trial.userId(1)]
    const raw: RawClient[] = []
    for (const userId of userIds) {
      for (let n = 0; n < 4; n += 1) raw.push(await trial.addRawClient(userId, { retryMs: [0, 5] }))
      await trial.addCoreClient(userId)
    }
    await trial.connectAll()
    trial.startLoad(userIds, { perSecond: 400 })
    const startedAt = performance.now()
    const reconnects = () => trial.history.count('disconnected', { since: startedAt })
    await trial.expectWithin(60_000, `${RECONNECTS} reconnects`, async () => {
      // Some in the middle of their replay, some right after it.
      for (const client of raw) if (client.isReady && trial.random.next() < 0.5) client.cut()
      await trial.sleepBetween(0, 10)
      return reconnects() >= RECONNECTS
    })
    const count = reconnects()
    await trial.settle({ withinMs: 3_000 })
    const messages = trial.history.count('message', { since: startedAt })
    trial.prove(messages > count, 'messages kept coming')
    return `${count} reconnects while ${messages} messages arrived`
  },
}
