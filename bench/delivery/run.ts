import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { waitFor } from '@headway/test-kit'
import { CONTESTANTS, type ContestantName } from './contestants.ts'
import {
  DELIVERIES,
  MESSAGES_PER_USER,
  PAYLOAD_BYTES,
  ROUND_MS,
  userIds,
  WARM_UP_MESSAGES_PER_USER,
} from './load.ts'
import { openSockets } from './open-sockets.ts'

export interface Cost {
  /** CPU seconds of the server process for 100,000 deliveries. */
  serverCpu: number
  /** CPU seconds of the publishing side for 100,000 messages. */
  publisherCpu: number
  /** Memory of the server process while all sockets are open, in MiB. */
  memoryMiB: number
}

/** One run of one contestant. */
export async function run(name: ContestantName, redisUrl: string): Promise<Cost> {
  const server = fork(new URL('./server-main.ts', import.meta.url), [name, redisUrl], {
    execArgv: ['--conditions=@headway/source'],
  })
  const [{ port }] = (await once(server, 'message')) as [{ port: number }]
  const users = userIds(`${name}-${process.hrtime.bigint()}`)
  const sockets = await openSockets(port, users)
  const redis = new Redis(redisUrl, { enableAutoPipelining: true })
  const publish = CONTESTANTS[name].createPublisher(redis)
  const payload = { customerId: 'x'.repeat(PAYLOAD_BYTES) }
  const patience = { timeoutMs: 60_000 }

  /** One message to each user, then a pause; answers the CPU seconds of handing them to the connection. */
  const publishRounds = async (rounds: number): Promise<number> => {
    let cpu = 0
    for (let n = 0; n < rounds; n += 1) {
      const start = process.cpuUsage()
      const published = users.map((userId) => publish(userId, payload))
      cpu += seconds(process.cpuUsage(start))
      await Promise.all([...published, sleep(ROUND_MS)])
    }
    return cpu
  }

  await publishRounds(WARM_UP_MESSAGES_PER_USER)
  await waitFor(
    () => sockets.received() === (DELIVERIES / MESSAGES_PER_USER) * WARM_UP_MESSAGES_PER_USER,
    patience,
  )
  const before = await usage(server)
  const publisherCpu = await publishRounds(MESSAGES_PER_USER)
  const all = (DELIVERIES / MESSAGES_PER_USER) * (WARM_UP_MESSAGES_PER_USER + MESSAGES_PER_USER)
  await waitFor(() => sockets.received() === all, patience)
  const after = await usage(server)

  sockets.close()
  redis.disconnect()
  server.disconnect()
  return {
    serverCpu: ((seconds(after.cpu) - seconds(before.cpu)) / DELIVERIES) * 100_000,
    publisherCpu: (publisherCpu / (users.length * MESSAGES_PER_USER)) * 100_000,
    memoryMiB: after.memory / 1_048_576,
  }
}

async function usage(server: ChildProcess): Promise<{ cpu: NodeJS.CpuUsage; memory: number }> {
  server.send('usage')
  const [answer] = (await once(server, 'message')) as [{ cpu: NodeJS.CpuUsage; memory: number }]
  return answer
}

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000_000
}
