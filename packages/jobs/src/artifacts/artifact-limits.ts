/** How much the operations of a deployment may store. */
export interface ArtifactLimits {
  /** Bytes of one artifact. @default 50 MiB */
  maxBytes: number
  /** Bytes of all artifacts of a job together, one that was replaced no longer among them. @default 500 MiB */
  maxBytesPerJob: number
}

/** Where nothing else is set: 50 MiB of an artifact, 500 MiB of all of a job. */
export const DEFAULT_ARTIFACT_LIMITS: ArtifactLimits = {
  maxBytes: 52_428_800,
  maxBytesPerJob: 524_288_000,
}
