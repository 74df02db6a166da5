import { setTimeout as sleep } from 'node:timers/promises'
import { userChannel, type JobView } from '@headway/events'
import { signToken } from '@headway/test-kit'
import { countUnsent, readAccepted } from './accepted-table.ts'
import { unaccounted, type AcceptedMessage } from './checker.ts'
import type { ChaosClient } from './clients/chaos-client.ts'
import { CoreClient } from './clients/core-client.ts'
import { JobReader } from './clients/job-reader.ts'
import { RawClient, type RawClientOptions } from './clients/raw-client.ts'
import type { ChaosPostgres } from './cluster/chaos-postgres.ts'
import type { Cluster } from './cluster/cluster.ts'
import { SILENCE_MS } from './cluster/settings.ts'
import { BrokenPromiseError, InvalidRunError } from './errors.ts'
import { History } from './history.ts'
import { Publisher } from './publisher.ts'
import type { Random } from './random.ts'

export interface TrialParts {
  readonly cluster: Cluster
  readonly random: Random
  readonly seed: number
  /** Multiplies every time bound. */
  readonly patience: number
  /** Only for a row that has its own. */
  readonly postgres?: ChaosPostgres | undefined
}

export interface RequestOptions {
  readonly body?: Record<string, unknown>
  readonly port?: number
  readonly timeoutMs?: number
}

/** One run of a row: the cluster under fault, its clients, and what they saw. */
export class Trial {
  readonly cluster: Cluster
  readonly random: Random
  readonly history = new History()
  readonly publisher: Publisher
  readonly clients: ChaosClient[] = []
  readonly #seed: number
  readonly #patience: number
  readonly #postgres: ChaosPostgres | undefined
  #stopLoad: (() => Promise<void>) | undefined

  constructor({ cluster, random, seed, patience, postgres }: TrialParts) {
    this.cluster = cluster
    this.random = random
    this.#seed = seed
    this.#patience = patience
    this.#postgres = postgres
    this.publisher = new Publisher(cluster.engine, `m${seed}`)
  }

  get postgres(): ChaosPostgres {
    if (!this.#postgres) throw new Error('This row has no Postgres of its own: set hasOwnPostgres.')
    return this.#postgres
  }

  /** Adds so many users, each with a client of either kind, and waits until all are connected. */
  async addUsers(count: number): Promise<string[]> {
    const userIds = Array.from({ length: count }, (_, index) => this.userId(index))
    for (const userId of userIds) await Promise.all([this.addRawClient(userId), this.addCoreClient(userId)])
    await this.connectAll()
    return userIds
  }

  userId(index: number): string {
    return `chaos-${this.#seed}-${index}`
  }

  token(userId: string): Promise<string> {
    return signToken({ userId })
  }

  async addRawClient(userId: string, options: Partial<RawClientOptions> = {}): Promise<RawClient> {
    const { history, cluster } = this
    const client = new RawClient({
      name: `raw-${this.clients.length}`,
      userId,
      token: await this.token(userId),
      port: () => cluster.edge.port,
      history,
      random: this.random.fork(),
      silenceMs: SILENCE_MS,
      ...options,
    })
    this.clients.push(client)
    return client
  }

  async addCoreClient(userId: string, port = this.cluster.edge.port): Promise<CoreClient> {
    const name = `core-${this.clients.length}`
    const client = new CoreClient({
      name,
      userId,
      token: await this.token(userId),
      port,
      history: this.history,
    })
    this.clients.push(client)
    return client
  }

  async addJobReader(userId: string): Promise<JobReader> {
    const token = await this.token(userId)
    const name = `reader-${this.clients.length}`
    const reader = new JobReader({ name, userId, token, port: this.cluster.edge.port })
    this.clients.push(reader)
    return reader
  }

  async connectAll(): Promise<void> {
    for (const client of this.clients) client.connect()
    await this.#until(() => this.clients.every(({ isReady }) => isReady), 20_000, 'All clients are connected')
  }

  /** Calls the REST API as a user, through the balancer unless a port is given. */
  async request(
    userId: string,
    method: 'GET' | 'POST',
    path: string,
    { body, port = this.cluster.edge.port, timeoutMs = 15_000 }: RequestOptions = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token(userId)}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  /** Starts a job of the built-in operation that only pretends to work, and answers its id. */
  async createJob(
    userId: string,
    pace: { steps: number; stepMs: number; chunkBytes?: number },
  ): Promise<string> {
    const { status, body } = await this.request(userId, 'POST', '/api/jobs', {
      body: { type: 'rehearse', ...pace },
    })
    this.expect(status === 201, `a job is accepted (the answer was ${status} ${JSON.stringify(body)})`)
    return String(body['jobId'])
  }

  async viewJob(userId: string, jobId: string): Promise<JobView> {
    const { body } = await this.request(userId, 'GET', `/api/jobs/${jobId}`)
    return body as unknown as JobView
  }

  async readText(userId: string, jobId: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.cluster.edge.port}/api/jobs/${jobId}/text`, {
      headers: { authorization: `Bearer ${await this.token(userId)}` },
      signal: AbortSignal.timeout(15_000),
    })
    this.expect(response.ok, `the text of a job can be read (the answer was ${response.status})`)
    return response.text()
  }

  /** Waits until all of the jobs are completed, each of them told once. */
  async expectCompleted(userId: string, jobIds: readonly string[], withinMs: number): Promise<number> {
    const took = await this.expectWithin(withinMs, 'every job is completed', async () => {
      const jobs = await Promise.all(jobIds.map((jobId) => this.viewJob(userId, jobId)))
      return jobs.every(({ state }) => state === 'completed')
    })
    const told = (await this.accepted()).filter(({ channel }) => channel === userChannel(userId))
    for (const jobId of jobIds) {
      const ends = told.filter(({ messageId }) => messageId.startsWith(`JOB_COMPLETED ${jobId}`)).length
      this.expect(ends === 1, `the end of job ${jobId} is told once (it was told ${ends} times)`)
    }
    return took
  }

  /** Starts the load; {@link settle} ends it. */
  startLoad(userIds: readonly string[], { perSecond = 200, bytes = 200, isNudged = true } = {}): void {
    const random = this.random.fork()
    this.#stopLoad = this.publisher.start(userIds, { perSecond, bytes, isNudged, random })
  }

  async stopLoad(): Promise<void> {
    await this.#stopLoad?.()
    this.#stopLoad = undefined
  }

  sleep(ms: number): Promise<void> {
    return sleep(ms)
  }

  /** Waits for a moment that the seed picks. */
  sleepBetween(minMs: number, maxMs: number): Promise<void> {
    return sleep(this.random.between(minMs, maxMs))
  }

  /** The promise is broken unless this becomes true in time. Answers how long it took. */
  async expectWithin(
    timeoutMs: number,
    what: string,
    condition: () => boolean | Promise<boolean>,
  ): Promise<number> {
    const startedAt = performance.now()
    await this.#until(condition, timeoutMs, what)
    return Math.round(performance.now() - startedAt)
  }

  expect(isTrue: boolean, what: string): void {
    if (!isTrue) throw new BrokenPromiseError(`Not so: ${what}.`)
  }

  /** The run proves nothing unless this is so. */
  prove(isTrue: boolean, what: string): void {
    if (!isTrue) throw new InvalidRunError(`The fault did not bite: ${what} is not so.`)
  }

  /** Everything that Postgres has accepted. */
  accepted(): Promise<AcceptedMessage[]> {
    return readAccepted(this.cluster.engine.db, (messageId) => this.publisher.acceptedAt(messageId))
  }

  /** Ends the load and waits until every client got or was told everything, and nothing waits in the outbox. */
  async settle({ withinMs }: { withinMs: number }): Promise<number> {
    const startedAt = performance.now()
    await this.stopLoad()
    const accepted = await this.accepted()
    const clients = this.clients.filter(({ since }) => since < Infinity)
    let missing: string[] = []
    const isSettled = async () => {
      missing = clients.flatMap((client) => unaccounted(accepted, this.history, client))
      return missing.length === 0 && (await countUnsent(this.cluster.engine.db)) === 0
    }
    try {
      await this.#until(isSettled, withinMs, 'Everything is accounted for')
    } catch (error) {
      const unsent = await countUnsent(this.cluster.engine.db)
      const message = `${(error as Error).message} Missing: ${missing.length} (${missing.slice(0, 3).join('; ')}), in the outbox: ${unsent}.`
      throw new BrokenPromiseError(message, { cause: error })
    }
    return Math.round(performance.now() - startedAt)
  }

  async stop(): Promise<void> {
    await this.stopLoad()
    await Promise.all(this.clients.map(async (client) => client.stop()))
  }

  async #until(condition: () => boolean | Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
    const boundMs = timeoutMs * this.#patience
    const deadline = performance.now() + boundMs
    while (!(await condition())) {
      if (performance.now() > deadline) throw new BrokenPromiseError(`Not within ${boundMs} ms: ${what}.`)
      await sleep(25)
    }
  }
}
