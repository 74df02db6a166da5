import { join } from 'node:path'
import { Cluster, JobReader, type Program } from '@headway/chaos'
import { services, signToken, uniqueUserId, waitFor } from '@headway/test-kit'
import type { JobView, WebSocketMessage } from '@headway/events'
import { Follower } from './follower.ts'
import type { JobScript } from './job-script.ts'
import { RiggedJob } from './rigged-job.ts'
import { StepRuns } from './step-runs.ts'
import { WorkerFaults } from './worker-faults.ts'

export interface FaultRigOptions {
  /** Of the folder with the output of its processes. */
  name: string
  workers: number
  /** Lost jobs and forgotten turns are found within a moment, and not only as late as the workers look. @default true */
  isReconciling?: boolean
}

/** Somebody who follows their channel, and the jobs that are created for them, throughout. */
export interface RiggedUser {
  userId: string
  follower: Follower
  /** What a page shows. */
  reader: JobReader
  stop(): void
}

export type ScriptedType = 'scripted' | 'scripted-exclusive' | 'scripted-urgent'

/** The shortest lease that the settings allow: what a lost worker costs a test. */
const LEASE_MS = 1000
/** How often the rig looks for lost jobs and forgotten turns, as any process of a deployment does less often. */
const RECONCILE_MS = 300

const programs = {
  server: new URL('../../../../server/src/main.ts', import.meta.url),
  worker: new URL('fault-worker-main.ts', import.meta.url),
}
const LOG_DIR = join(import.meta.dirname, '../../../../test-results/engine-faults')

/** A server and workers as processes, on a database and a Redis of their own, and somebody who follows every job throughout. */
export class FaultRig {
  readonly cluster: Cluster
  readonly runs: StepRuns
  readonly workerFaults: WorkerFaults
  #reconciling: NodeJS.Timeout | undefined
  #isOpen = true

  static async open({ name, workers, isReconciling = true }: FaultRigOptions): Promise<FaultRig> {
    const cluster = await Cluster.start({
      programs,
      postgresUrl: services().postgresUrl,
      logDir: join(LOG_DIR, name),
      servers: 1,
      workers: 0,
      env: { HEADWAY_LEASE_MS: String(LEASE_MS), WORKER_CONCURRENCY: '40' },
      random: Math.random,
      isObserved: false,
    })
    const runs = await StepRuns.open(cluster.databaseUrl)
    const rig = new FaultRig(cluster, runs)
    try {
      await runs.createTables()
      for (let count = 0; count < workers; count += 1) await cluster.addWorker()
      if (isReconciling) rig.#reconcileLater()
    } catch (error) {
      await rig.close()
      throw error
    }
    return rig
  }

  private constructor(cluster: Cluster, runs: StepRuns) {
    this.cluster = cluster
    this.runs = runs
    this.workerFaults = new WorkerFaults(cluster.workers)
  }

  get port(): number {
    const [port = 0] = this.cluster.serverPorts
    return port
  }

  get workers(): readonly Program[] {
    return this.cluster.workers
  }

  async flush(): Promise<void> {
    await this.cluster.redis.admin.flushall()
  }

  /** Ends connections of everybody to Redis: those that hear, or those that write. */
  async cutConnections(type: 'pubsub' | 'normal'): Promise<void> {
    await this.cluster.redis.admin.call('CLIENT', 'KILL', 'TYPE', type)
  }

  /** Does something while Redis takes no writes, and answers nobody who has one. */
  async pauseRedis(act: () => Promise<void>): Promise<void> {
    const { admin } = this.cluster.redis
    await admin.call('CLIENT', 'PAUSE', '60000', 'WRITE')
    try {
      await act()
    } finally {
      await admin.call('CLIENT', 'UNPAUSE')
    }
  }

  /** Does something while nobody can change the job: whoever tries waits. */
  async holdRow(jobId: string, act: () => Promise<void>): Promise<void> {
    await this.cluster.engine.db.transaction().execute(async (trx) => {
      await trx.selectFrom('jobs').where('job_id', '=', jobId).select('job_id').forUpdate().execute()
      await act()
    })
  }

  /** How many relays are at work on a channel. */
  async countPublishers(): Promise<number> {
    return this.runs.countAdvisoryLocks()
  }

  /** What Postgres holds for a channel, published or not. */
  async committed(channel: string): Promise<WebSocketMessage[]> {
    const rows = await this.cluster.engine.db
      .selectFrom('outbox')
      .where('channel', '=', channel)
      .where('kind', '=', 'message')
      .select('body')
      .orderBy('id')
      .execute()
    return rows.map(({ body }) => JSON.parse(body) as WebSocketMessage)
  }

  /** Ends a job's lease, as if it had not been renewed, and has it found. */
  async takeFromWorker(jobId: string): Promise<void> {
    const { db, reconciler } = this.cluster.engine
    await db
      .updateTable('jobs')
      .set({ lease_until: new Date(0) })
      .where('job_id', '=', jobId)
      .where('state', '=', 'running')
      .execute()
    await reconciler.run()
  }

  async addUser(): Promise<RiggedUser> {
    const userId = uniqueUserId()
    const token = await signToken({ userId })
    const { port } = this
    const reader = new JobReader({ name: userId, userId, token, port })
    reader.connect()
    const follower = await Follower.open({ port, token })
    await waitFor(() => reader.isReady, { timeoutMs: 20_000 })
    return {
      userId,
      follower,
      reader,
      stop() {
        follower.close()
        reader.stop()
      },
    }
  }

  /** Starts a job, followed from the start. */
  async createJob(user: RiggedUser, type: ScriptedType, script: JobScript): Promise<RiggedJob> {
    const { userId, follower, reader } = user
    const { jobId } = await this.request<{ jobId: string }>(userId, 'POST', '/api/jobs', { type, ...script })
    const joinedAt = await follower.follow(jobId)
    const shown = reader.followJob(jobId)
    return new RiggedJob(this, { user, jobId, script, joinedAt, shown })
  }

  /** Calls the REST API; throws with its words unless it says yes. */
  async request<TBody>(
    userId: string,
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: object,
  ): Promise<TBody> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${await signToken({ userId })}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`)
    const isJson = response.headers.get('content-type')?.includes('json')
    return (isJson ? JSON.parse(text) : text) as TBody
  }

  view(userId: string, jobId: string): Promise<JobView> {
    return this.request<JobView>(userId, 'GET', `/api/jobs/${jobId}`)
  }

  async close(): Promise<void> {
    this.#isOpen = false
    clearTimeout(this.#reconciling)
    await this.runs.close()
    await this.cluster.stop()
  }

  #reconcileLater(): void {
    this.#reconciling = setTimeout(() => void this.#reconcile(), RECONCILE_MS)
  }

  async #reconcile(): Promise<void> {
    await this.cluster.engine.reconciler.run()
    if (this.#isOpen) this.#reconcileLater()
  }
}
