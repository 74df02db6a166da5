import { FreezableClient } from '../clients/freezable-client.ts'
import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

const FROZEN_MS = 6_000

export const frozenClient: Row = {
  number: 25,
  name: 'frozen-client',
  promise: 'A client that slept does not say that it is up to date before it has what it missed.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const { history, cluster } = trial
    const userId = trial.userId(0)
    const parts = { userId, token: await trial.token(userId), port: cluster.edge.port, history }
    const sleeper = new FreezableClient({ name: 'sleeper', ...parts })
    trial.clients.push(sleeper)
    await trial.addRawClient(userId)
    await trial.connectAll()
    trial.startLoad([userId], { perSecond: 15 })
    await trial.sleepBetween(300, 800)
    sleeper.freeze()
    const frozenAt = performance.now()
    await trial.sleep(FROZEN_MS)
    await trial.stopLoad()
    const missed = (await trial.accepted()).filter(({ acceptedAt = 0 }) => acceptedAt > frozenAt)
    const gotAsleep = history.of(sleeper.name).filter(({ kind, t }) => kind === 'message' && t > frozenAt)
    trial.prove(missed.length > gotAsleep.length + 10, 'the client missed messages while it slept')
    sleeper.thaw()
    const thawedAt = performance.now()
    const tookMs = await trial.settle({ withinMs: RETURN_MS + 2_000 })
    await trial.expectWithin(2_000, 'the client says that it is up to date again', () => {
      return history.count('live', { client: sleeper.name, since: thawedAt }) > 0
    })
    const records = history.of(sleeper.name)
    const liveAgain = records.findIndex(({ kind, t }) => kind === 'live' && t > thawedAt)
    const had = new Set(records.slice(0, liveAgain).map(({ messageId }) => messageId))
    const late = missed.filter(({ messageId }) => !had.has(messageId)).length
    trial.expect(late === 0, `it had everything before it said so (${late} came later)`)
    return `${missed.length} messages came while it slept; it had them ${tookMs} ms after it woke`
  },
}
