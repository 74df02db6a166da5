import { setTimeout as sleep } from 'node:timers/promises'
import { signToken } from '@headway/test-kit'
import { RawClient } from '../clients/raw-client.ts'
import { Cluster, type ClusterOptions } from '../cluster/cluster.ts'
import { Random } from '../random.ts'
import { NumberedPublisher } from './numbered-publisher.ts'
import { StreamChecker, type StreamVerdict } from './stream-checker.ts'

export interface MarathonOptions extends Pick<ClusterOptions, 'programs' | 'postgresUrl' | 'logDir'> {
  readonly seed: number
  /** @default 1_000_000 */
  readonly events?: number
  /** @default 20_000 */
  readonly disconnects?: number
  readonly onProgress: (text: string) => void
}

export interface MarathonResult extends StreamVerdict {
  readonly accepted: number
  readonly clients: number
  readonly seconds: number
  readonly isGreen: boolean
}

const CLIENTS = 200
/** Accepted and not delivered: below what the channels keep, so that no cursor falls out of its log. */
const MAX_OUTSTANDING = 20_000
const PROGRESS_MS = 10_000
/** Once everything is published, this long without a delivery is a loss. */
const QUIET_MS = 20_000

/** A long run without mercy: every client is cut off again and again while messages keep coming. */
export async function runMarathon(options: MarathonOptions): Promise<MarathonResult> {
  const { seed, events = 1_000_000, disconnects = 20_000, onProgress } = options
  const random = new Random(seed)
  const cluster = await Cluster.start({
    ...options,
    random: random.next,
    isObserved: false,
    env: {
      EVENT_BUFFER_MAX_SIZE: '20000',
      EVENT_BUFFER_MAX_BYTES: '16777216',
      HEADWAY_OUTBOX_SWEEP_MS: '25',
      HEADWAY_PING_TIMEOUT_MS: '10000',
    },
  })
  const checker = new StreamChecker()
  const clients = await openClients(cluster, checker, random)
  const startedAt = performance.now()
  try {
    await until(() => clients.every(({ isReady }) => isReady), 60_000)
    const publisher = new NumberedPublisher(cluster.engine.db, clients)
    const progress = setInterval(() => {
      const seconds = Math.round((performance.now() - startedAt) / 1_000)
      onProgress(
        `${seconds} s: ${publisher.accepted} accepted, ${checker.delivered} delivered, ${checker.disconnects} disconnects`,
      )
    }, PROGRESS_MS)
    const cutting = cutUntil(() => checker.delivered >= events, {
      clients,
      checker,
      random,
      events,
      disconnects,
    })
    while (publisher.accepted < events) {
      if (publisher.accepted - checker.delivered < MAX_OUTSTANDING) await publisher.publishRound(events)
      else await sleep(5)
    }
    await untilQuiet(checker, events)
    clearInterval(progress)
    cutting.stop()
    const verdict = checker.verdict(publisher.totals)
    const { lost, repeated, reordered, resyncs } = verdict
    return {
      ...verdict,
      accepted: publisher.accepted,
      clients: clients.length,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      isGreen: lost + repeated + reordered + resyncs === 0 && verdict.disconnects >= disconnects,
    }
  } finally {
    for (const client of clients) client.stop()
    await cluster.stop()
  }
}

async function openClients(cluster: Cluster, checker: StreamChecker, random: Random): Promise<RawClient[]> {
  const clients: RawClient[] = []
  for (let index = 0; index < CLIENTS; index += 1) {
    const userId = `marathon-${index}`
    const client = new RawClient({
      name: userId,
      userId,
      token: await signToken({ userId, expiresInSeconds: 86_400 }),
      port: () => random.pick(cluster.serverPorts),
      history: checker,
      random: random.fork(),
      silenceMs: 15_000,
      retryMs: [0, 100],
    })
    client.connect()
    clients.push(client)
  }
  return clients
}

/** Cuts clients off at the pace at which messages arrive, so that the cuts last as long as the messages. */
function cutUntil(
  isDone: () => boolean,
  run: { clients: RawClient[]; checker: StreamChecker; random: Random; events: number; disconnects: number },
): { stop(): void } {
  const { clients, checker, random, events, disconnects } = run
  // A few more than are asked for, since some are cut while they are away.
  const perDelivery = (disconnects * 1.05) / events
  const timer = setInterval(() => {
    const due = isDone() ? 0 : Math.ceil(checker.delivered * perDelivery) - checker.disconnects
    for (let n = 0; n < Math.min(due, clients.length / 4); n += 1) {
      const client = random.pick(clients)
      if (client.isReady) client.cut()
    }
  }, 20)
  return { stop: () => clearInterval(timer) }
}

async function untilQuiet(checker: StreamChecker, events: number): Promise<void> {
  let delivered = -1
  let since = performance.now()
  while (checker.delivered < events && performance.now() - since < QUIET_MS) {
    if (checker.delivered !== delivered) since = performance.now()
    delivered = checker.delivered
    await sleep(50)
  }
  // In this time whatever is sent once too often arrives.
  await sleep(1_000)
}

async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`The clients were not connected within ${timeoutMs} ms.`)
    await sleep(50)
  }
}
