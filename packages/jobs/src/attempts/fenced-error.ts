/**
 * This attempt may no longer write: the job was given to another attempt, or has ended. Whoever runs it stops and says nothing
 * more about the job.
 */
export class FencedError extends Error {
  override readonly name = 'FencedError'
  readonly code = 'conflict'
  readonly jobId: string
  readonly attempt: number

  constructor(jobId: string, attempt: number) {
    super(`Attempt ${attempt} of job ${jobId} has lost the job. Its writes are refused; stop it.`)
    this.jobId = jobId
    this.attempt = attempt
  }
}
