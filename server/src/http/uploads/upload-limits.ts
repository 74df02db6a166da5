/** What one user may upload; published in `GET /api/limits`. */
export interface UploadLimits {
  /** Bytes of one file. @default 50 MiB */
  maxBytes: number
  /** Uploads of a user that no job has. @default 20 */
  maxUnused: number
  /** Uploads that a user may begin in a minute. @default 60 */
  perMinute: number
}

export const DEFAULT_UPLOAD_LIMITS: UploadLimits = { maxBytes: 52_428_800, maxUnused: 20, perMinute: 60 }
