/** What one user may do; published in `GET /api/limits`. */
export interface JobLimits {
  /** Jobs that a user may create in a minute. @default 120 */
  jobsPerMinute: number
  /** Jobs of a user that have not ended. @default 500 */
  maxUnfinishedJobs: number
}

export const DEFAULT_JOB_LIMITS: JobLimits = { jobsPerMinute: 120, maxUnfinishedJobs: 500 }
