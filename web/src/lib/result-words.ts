import type { JobView } from '@headway/events'
import { plural } from './format.ts'

/** What a completed job has come to, in a few words. */
export interface ResultWords {
  words: string
  /** A part of it was refused: completed does not mean that all went well. */
  hasRefusals: boolean
}

/** The result of an operation that can complete and yet leave something undone; null for any other. */
export function resultWords({
  operationType,
  result,
}: Pick<JobView, 'operationType' | 'result'>): ResultWords | null {
  if (operationType !== 'import-orders') return null
  const { created, updated, refused } = { ...(result as Readonly<Record<string, unknown>> | null) }
  if (typeof created !== 'number' || typeof updated !== 'number' || typeof refused !== 'number') return null
  const stored = `${plural(created + updated, 'order')} stored`
  return {
    words: refused === 0 ? stored : `${stored}, ${plural(refused, 'row')} refused`,
    hasRefusals: refused > 0,
  }
}
