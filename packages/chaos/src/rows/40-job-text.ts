import { createHash } from 'node:crypto'
import type { JobMessage } from '@headway/client/jobs'
import type { JobReader } from '../clients/job-reader.ts'
import type { Row } from '../row.ts'

const PACE = { steps: 24, stepMs: 100, chunkBytes: 4_000 }
const TEXT_BYTES = PACE.steps * PACE.chunkBytes
const LEASE_MS = 3_000

export const jobText: Row = {
  number: 40,
  name: 'job-text',
  promise: 'The text of a job is whole for everybody who reads along, whatever breaks on the way.',
  needsRedisServer: false,
  resyncs: 'none',
  cluster: { workers: 1 },
  async run(trial) {
    const { admin } = trial.cluster.redis
    const [userId = ''] = await trial.addUsers(1)
    const readers: JobReader[] = []
    for (let n = 0; n < 3; n += 1) readers.push(await trial.addJobReader(userId))
    await trial.connectAll()
    const jobIds = await Promise.all([1, 2].map(() => trial.createJob(userId, PACE)))
    const followed = readers.flatMap((reader) => jobIds.map((jobId) => reader.followJob(jobId)))
    const held = () => followed.map((job) => Buffer.byteLength(job().text))
    await trial.expectWithin(10_000, 'everybody reads along', () => Math.min(...held()) > 0)

    let killed = 0
    for (let round = 0; round < 4; round += 1) {
      killed += Number(await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))
      trial.cluster.edge.reset()
      await trial.sleepBetween(200, 400)
    }
    const [victim] = trial.cluster.workers
    await victim?.end('SIGKILL')
    const heldAtDeath = Math.max(...held())
    trial.prove(heldAtDeath < TEXT_BYTES, 'the text was being written when its worker died')
    await trial.cluster.addWorker()
    const workMs = PACE.steps * PACE.stepMs
    await trial.expectCompleted(userId, jobIds, LEASE_MS + workMs + 8_000)

    await trial.expectWithin(5_000, 'everybody has the end of the text', () => {
      return followed.every((job) => job().state === 'completed' && job().freshness === 'live')
    })
    const texts = await Promise.all(jobIds.map((jobId) => trial.readText(userId, jobId)))
    for (const [index, job] of followed.entries()) {
      const whole = texts[index % jobIds.length] ?? ''
      trial.expect(
        job().text === whole,
        `a reader's text is that of the store (${describe(job().text, whole)})`,
      )
      trial.expect(endOf(job().events) === sha256(whole), 'the end of the job names the hash of its text')
    }
    trial.expect(
      texts.every((text) => Buffer.byteLength(text) === TEXT_BYTES),
      `each step's text is there once (${texts.map(({ length }) => length).join(', ')} of ${TEXT_BYTES} bytes)`,
    )
    await trial.settle({ withinMs: 3_000 })
    return `${killed} subscriber connections and every reader's cut, the worker killed at ${heldAtDeath} of ${TEXT_BYTES} bytes`
  },
}

function endOf(events: readonly JobMessage[]): string | undefined {
  const end = events.find((message) => message.type === 'JOB_COMPLETED')
  return end?.payload.textSha256
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function describe(text: string, whole: string): string {
  return `${text.length} and ${whole.length} characters`
}
