import { isTerminalState, jobChannel, userChannel, type JobState } from '@headway/events'
import { waitFor } from '@headway/test-kit'
import { checkJob } from './check-job.ts'
import type { FaultRig, RiggedUser } from './fault-rig.ts'
import type { Told } from './follower.ts'
import type { Allowance, JobEvidence } from './job-evidence.ts'
import { stepName, type JobScript } from './job-script.ts'
import { QUESTION } from './scripted-operations.ts'

interface RiggedJobParts {
  user: RiggedUser
  jobId: string
  script: JobScript
  joinedAt: number
  shown: () => { state: string | undefined; text: string; freshness: string }
}

const PATIENCE_MS = 60_000

/** A job of the rig, with all who follow it. */
export class RiggedJob {
  readonly jobId: string
  readonly user: RiggedUser
  readonly #rig: FaultRig
  readonly #parts: RiggedJobParts

  constructor(rig: FaultRig, parts: RiggedJobParts) {
    this.jobId = parts.jobId
    this.user = parts.user
    this.#rig = rig
    this.#parts = parts
  }

  get script(): JobScript {
    return this.#parts.script
  }

  /** Answers the job's question as soon as it is told, or so much later. */
  answerWhenAsked(afterMs: number): void {
    this.user.follower.on((message) => {
      if (message.type !== 'JOB_QUESTION' || message.payload.jobId !== this.jobId) return
      if (message.channel.startsWith('user:')) setTimeout(() => void this.answer(), afterMs)
    })
  }

  /** False where the job does not wait for an answer. */
  answer(): Promise<boolean> {
    return this.user.follower.answer(this.jobId, QUESTION, { isAgreed: true })
  }

  /** False where the job has ended. */
  cancel(): Promise<boolean> {
    return this.#ask('PATCH', 'cancel')
  }

  /** False where the job has not ended, or is completed. */
  resume(): Promise<boolean> {
    return this.#ask('POST', 'resume')
  }

  /** A conflict is an answer too: the job has moved on. */
  async #ask(method: 'PATCH' | 'POST', what: string): Promise<boolean> {
    try {
      await this.#rig.request(this.user.userId, method, `/api/jobs/${this.jobId}/${what}`)
      return true
    } catch (error) {
      if ((error as Error).message.includes(' 409: ')) return false
      throw error
    }
  }

  view() {
    return this.#rig.view(this.user.userId, this.jobId)
  }

  /** Waits until an attempt is where the script holds it. */
  async isHeld(attempt = 1): Promise<void> {
    const isThere = async () => {
      const runs = await this.#rig.runs.of(this.jobId)
      return runs.some((run) => run.kind === 'hold' && run.attempt === attempt)
    }
    await waitFor(isThere, { timeoutMs: PATIENCE_MS })
  }

  async reaches(state: JobState, timeoutMs = PATIENCE_MS): Promise<void> {
    await waitFor(async () => (await this.view()).state === state, { timeoutMs, intervalMs: 50 }).catch(
      async (error: unknown) => {
        const { state: actual, attempt, error: why } = await this.view()
        throw new Error(
          `Job ${this.jobId} hangs: it is ${actual} in attempt ${attempt} (${why}) and not ${state}.`,
          {
            cause: error,
          },
        )
      },
    )
  }

  /** Why it was put into the queue, in turn. */
  async queuedReasons(): Promise<string[]> {
    const messages = await this.#rig.committed(jobChannel(this.jobId))
    return messages.flatMap((message) => (message.type === 'JOB_QUEUED' ? [message.payload.reason] : []))
  }

  async hasEnded(): Promise<boolean> {
    return isTerminalState((await this.view()).state)
  }

  /** What is wrong with it, once its messages are out and everybody has had time to hear them. */
  async problems(allowance: Allowance): Promise<string[]> {
    let problems: string[] = []
    const isGood = async () => {
      problems = checkJob(await this.#evidence(), allowance)
      return problems.length === 0
    }
    await waitFor(isGood, { timeoutMs: SETTLE_MS, intervalMs: 100 }).catch(() => {})
    return problems.map((problem) => `job ${this.jobId}: ${problem}`)
  }

  async #evidence(): Promise<JobEvidence> {
    const { jobId, user, script, joinedAt, shown } = this.#parts
    const { userId, follower } = user
    const { db, artifacts } = this.#rig.cluster.engine
    const rows = {
      job: await db.selectFrom('jobs').where('job_id', '=', jobId).selectAll().executeTakeFirstOrThrow(),
      steps: await db.selectFrom('job_steps').where('job_id', '=', jobId).selectAll().execute(),
      artifacts: await db.selectFrom('job_artifacts').where('job_id', '=', jobId).selectAll().execute(),
    }
    const files = rows.artifacts.map(async ({ name, storage_key }) => {
      return { name, content: (await artifacts.get(storage_key)).toString() }
    })
    const committed = {
      user: (await this.#rig.committed(userChannel(userId))).filter((message) => isAbout(message, jobId)),
      job: await this.#rig.committed(jobChannel(jobId)),
    }
    const told = {
      user: follower.toldOf(userChannel(userId)).filter((message) => isAbout(message, jobId)),
      job: follower.toldOf(jobChannel(jobId)),
    }
    const text = await this.#rig.request<string>(userId, 'GET', `/api/jobs/${jobId}/text`)
    const log = await this.#rig.cluster.redis.admin.xrange(`hw:{job:${jobId}}:log`, '-', '+')
    const { input: _input, ...job } = rows.job
    return {
      script,
      view: await this.view(),
      steps: rows.steps,
      artifacts: await Promise.all(files),
      committed,
      told,
      joinedAt,
      text,
      shown: shown(),
      runs: (await this.#rig.runs.of(jobId)).filter(({ step }) =>
        script.steps.some((_, n) => step === stepName(n + 1)),
      ),
      dump: JSON.stringify([job, rows.steps, rows.artifacts, committed, told, text, log]),
    }
  }
}

/** What is late comes within this time, in milliseconds, also to a page that was refused a few times and waits longer each time; what comes too often comes at once. */
const SETTLE_MS = 30_000

function isAbout(told: Told, jobId: string): boolean {
  return told.type === 'resync' || (told.payload as { jobId?: string }).jobId === jobId
}
