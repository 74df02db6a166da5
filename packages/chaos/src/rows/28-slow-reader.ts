import { countUnsent } from '../accepted-table.ts'
import { check } from '../checker.ts'
import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

const MESSAGE_BYTES = 32_000
const MESSAGES = 1_600
const SENT_MB = (MESSAGES * MESSAGE_BYTES) / 1_000_000
const OTHERS_P99_MS = 2_000

export const slowReader: Row = {
  number: 28,
  name: 'slow-reader',
  promise:
    'A client that stops reading but says that it lives is cut at the limit, and the others notice nothing.',
  needsRedisServer: false,
  // What it missed may be more than the log keeps.
  resyncs: 'allowed',
  async run(trial) {
    const edge = await trial.cluster.openEdge()
    const others = await trial.addUsers(4)
    const userId = trial.userId(99)
    const slow = await trial.addRawClient(userId, { port: () => edge.port })
    await trial.connectAll()
    trial.startLoad(others, { perSecond: 40 })
    slow.stopReading()
    for (let sent = 0; sent < MESSAGES; sent += 10) {
      await trial.publisher.publish(
        Array.from({ length: 10 }, () => userId),
        { bytes: MESSAGE_BYTES },
      )
    }
    await trial.expectWithin(30_000, 'all of it is published', async () => {
      return (await countUnsent(trial.cluster.engine.db)) === 0
    })
    const tookMs = await trial.expectWithin(
      6_000,
      'the server cuts the connection',
      () => edge.upstreams === 0,
    )
    slow.goOnReading()
    await trial.expectWithin(RETURN_MS + 5_000, 'the client is back', () => {
      return trial.history.count('connected', { client: slow.name }) > 1 && slow.isReady
    })
    await trial.settle({ withinMs: RETURN_MS + 5_000 })
    const clients = trial.clients.filter(({ name }) => name !== slow.name)
    const { p99 } = check(await trial.accepted(), trial.history, clients).stalenessMs
    trial.expect(
      p99 <= OTHERS_P99_MS,
      `the others get their messages within ${OTHERS_P99_MS} ms (p99 ${p99} ms)`,
    )
    return `${SENT_MB} MB for a client that read nothing; cut ${tookMs} ms after the last; p99 of the others ${p99} ms`
  },
}
