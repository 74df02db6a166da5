/** A bucket of Amazon S3, or of anything that speaks its language. */
export interface S3Settings {
  bucket: string
  /** Where a storage that is not Amazon's is. */
  endpoint?: string | undefined
  region: string
  /** Without them, what the AWS SDK finds by itself: the role of the machine or container, its own variables. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined
  /** The bucket is named in the path of an address, not in its host. */
  forcePathStyle: boolean
  /** What every key begins with: empty, or ending in a slash. */
  prefix: string
}
