import type { Readable } from 'node:stream'
import type { DriverContract } from 'flydrive/types'

/** Bytes of a file; `first` and `last` are both among them. */
export interface BytePart {
  first: number
  last: number
}

/** Where the bytes are kept: what flydrive asks of a driver, and what Headway needs beside. */
export interface ArtifactDriver extends DriverContract {
  getPart(key: string, part: BytePart): Promise<Readable>
}
