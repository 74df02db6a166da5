import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectRedis, EventLog, type Logger } from '@headway/event-log'
import { userChannel } from '@headway/events'
import {
  createTestDatabase,
  services,
  signToken,
  TEST_JWT_SECRET,
  uniqueUserId,
  waitFor,
} from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { balancers } from './balancers.ts'
import { LauncherRun, type LaunchedProcess } from './launcher-run.ts'
import { processesOn } from './process-tree.ts'
import { StockClient } from './stock-client.ts'

const INSTANCES = 3
const INTERVAL_MS = 10

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Three real servers on a database of their own. */
async function launchInstances(run: LauncherRun, balancer: string): Promise<LaunchedProcess> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const program = join(import.meta.dirname, 'real-launcher.ts')
  const args = ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source', program]
  const launcher = run.launch(process.execPath, args, {
    HEADWAY_INSTANCES: String(INSTANCES),
    HEADWAY_BALANCER: balancer,
    DATABASE_URL: database.url,
    REDIS_URL: services().redisUrl,
    JWT_SECRET: TEST_JWT_SECRET,
    HEADWAY_EMBEDDED: '1',
  })
  await launcher.untilReady()
  return launcher
}

/** One after the other, so that each goes to the instance with the fewest. */
async function connectClients(run: LauncherRun, userId: string, count: number): Promise<StockClient[]> {
  const token = await signToken({ userId })
  const clients: StockClient[] = []
  while (clients.length < count) {
    const client = new StockClient(`http://127.0.0.1:${run.port}`, token)
    onTestFinished(() => client.close())
    await client.untilReady()
    clients.push(client)
  }
  return clients
}

/** Sends the user a numbered message every few milliseconds until it is told to stop; answers how many. */
async function publish(userId: string): Promise<() => Promise<number>> {
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await waitFor(() => redis.ping())
  // Enough for what comes while a client is away: here nothing may be trimmed.
  const eventLog = new EventLog(redis, { maxSize: 10_000 })
  let isStopped = false
  const published = (async () => {
    let count = 0
    for (; !isStopped; count++) {
      await eventLog.append(userChannel(userId), {
        type: 'CUSTOMER_UPDATED',
        payload: { customerId: String(count) },
      })
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))
    }
    return count
  })()
  return () => {
    isStopped = true
    return published
  }
}

/** The programs in their order: the instances come first. */
function instancePid(run: LauncherRun, index: number): number {
  const { programs } = JSON.parse(readFileSync(join(run.dataDir, 'launcher.json'), 'utf8')) as {
    programs: { pid: number }[]
  }
  return programs[index]?.pid ?? 0
}

/** Ends the first client's instance, and waits until its clients are elsewhere and the balancer has taken it back. */
async function endInstance(
  run: LauncherRun,
  launcher: LaunchedProcess,
  clients: StockClient[],
  signal: NodeJS.Signals,
): Promise<void> {
  const ended = clients[0]?.instanceId ?? ''
  const index = Number(ended.at(-1)) - 1
  const moved = clients.filter(({ instanceId }) => instanceId === ended)
  process.kill(instancePid(run, index), signal)
  await waitFor(() => moved.every(({ instanceId }) => instanceId !== ended))
  const exit = signal === 'SIGKILL' ? 'SIGKILL' : 'code 0'
  await launcher.untilItSays(`The server-${index + 1} ended by itself (${exit})`)
  // It has the fewest connections then.
  const isBack = async () => {
    const [client] = await connectClients(run, uniqueUserId(), 1)
    return client?.instanceId === ended
  }
  await waitFor(isBack, { timeoutMs: 20_000 })
}

describe.each(balancers)('behind $title', ({ name, isThere }) => {
  it.skipIf(!isThere)(
    'any instance serves any client, and one that ends moves its clients: nothing lost, repeated or swapped',
    async () => {
      const run = await LauncherRun.create()
      const launcher = await launchInstances(run, name)
      const userId = uniqueUserId()
      const clients = await connectClients(run, userId, 2 * INSTANCES)
      expect(new Set(clients.map(({ instanceId }) => instanceId)).size).toBe(INSTANCES)

      const stopPublishing = await publish(userId)
      await waitFor(() => clients.every(({ received }) => received.length > 20))
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) await endInstance(run, launcher, clients, signal)

      const count = await stopPublishing()
      await waitFor(() => clients.every(({ received }) => received.length >= count))
      const all = Array.from({ length: count }, (_, index) => String(index))
      for (const client of clients) {
        expect(client.received).toEqual(all)
        expect(client.breaks).toEqual([])
      }

      launcher.child.kill('SIGINT')
      expect(await launcher.exitCode).toBe(0)
      expect(processesOn(run.dataDir)).toEqual([])
    },
    60_000,
  )
})
