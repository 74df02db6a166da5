import { createHash } from 'node:crypto'
import type { JobEngine, OperationView } from '@headway/jobs'
import { sharedQuestion } from '../../metrics/shared-question.ts'
import { describeApi, type DescribeApiOptions } from './describe-api.ts'
import type { OpenApiDocument } from './openapi-document.ts'

/** Longer than any query may take: the database says better than we what is wrong with it. */
const ANSWER_TIMEOUT_MS = 60_000

/** A form of the description, ready to be sent. */
export interface Rendering {
  text: string
  /** Changes with the text. */
  etag: string
}

/**
 * The description of this deployment in one of its forms. Everybody may ask, so Postgres is asked once for all who wait, and the
 * description is made again only when operations have changed.
 *
 * @param render makes the form of the document
 */
export function apiDescription(
  { engine, ...options }: DescribeApiOptions & { engine: JobEngine },
  render: (document: OpenApiDocument) => string,
): () => Promise<Rendering> {
  const listOperations = sharedQuestion(() => engine.operations.list(), ANSWER_TIMEOUT_MS)
  let made: { key: string; rendering: Rendering } | undefined
  const make = (operations: readonly OperationView[]) => {
    const text = render(describeApi(operations, options))
    return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` }
  }
  return async () => {
    const operations = await listOperations()
    const key = JSON.stringify(operations)
    if (made?.key !== key) made = { key, rendering: make(operations) }
    return made.rendering
  }
}
