import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, signToken, TEST_JWT_SECRET } from '@headway/test-kit'
import type { Contestant } from './contestant.ts'
import { openJobSocket } from './job-socket.ts'
import { startProgram } from './program.ts'

/** Jobs are spread over so many users, each with a socket. */
const USERS = 10

/** The whole path: POST, Postgres, outbox, queue, claim, the operation's end, and JOB_COMPLETED on the user's socket. */
export const headway: Contestant = {
  async start({ redisUrl, postgresUrl, concurrency }) {
    const folder = mkdtempSync(join(tmpdir(), 'headway-bench-jobs-'))
    const database = await createTestDatabase(postgresUrl)
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      JWT_SECRET: TEST_JWT_SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      HEADWAY_DATA_DIR: folder,
      ARTIFACTS_DIR: join(folder, 'artifacts'),
      HEADWAY_DRAIN_MS: '0',
      JOBS_PER_MINUTE: '1000000',
      MAX_UNFINISHED_JOBS: '1000000',
      LOG_LEVEL: 'warn',
      WORKER_CONCURRENCY: String(concurrency),
    }
    const server = await startProgram(new URL('../../server/src/main.ts', import.meta.url), env)
    const worker = await startProgram(new URL('./noop-worker-main.ts', import.meta.url), env)
    const { url = '' } = server.ready
    const users = await Promise.all(
      Array.from({ length: USERS }, async (_, index) => {
        const token = await signToken({ userId: `bench-${index}` })
        return { token, socket: await openJobSocket(url, token) }
      }),
    )
    let next = 0
    return {
      async runJob() {
        const user = users[(next += 1) % USERS]
        if (user) await user.socket.ended(await createJob(url, user.token))
      },
      async stop() {
        for (const { socket } of users) socket.close()
        await worker.stop()
        await server.stop()
        await database.drop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  },
}

async function createJob(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/api/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"type":"noop"}',
  })
  if (response.status !== 201)
    throw new Error(`A job was refused: ${response.status} ${await response.text()}`)
  const { jobId } = (await response.json()) as { jobId: string }
  return jobId
}
