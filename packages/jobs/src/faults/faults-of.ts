import type { z } from 'zod'

/** One thing that is wrong with a value. */
export interface Fault {
  /** Where, as a JSON Pointer in the form of a URI fragment: `#/viewport/width`; `#` is the whole. */
  pointer: string
  /** The end of a sentence that begins with it: `must be a whole number`. */
  detail: string
}

/** What a schema found wrong, each thing on its own. Its words are those of `PLAIN_WORDS`, where it was parsed by them. */
export function faultsOf({ issues }: Pick<z.ZodError, 'issues'>): Fault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), detail: issue.message }]
    return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'is not known' }))
  })
}

/** All of it in one line, for those who get nothing of an answer but its message; without a full stop. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults
    .map(({ pointer, detail }) => (pointer === '#' ? '' : `${pointer} `) + claimOf(detail))
    .join('; ')
}

/** Writers of schemas like to end a sentence, which goes on here. */
function claimOf(detail: string): string {
  return detail.replace(/\.$/, '')
}

/** A JSON Pointer in the form of a URI fragment. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return ['#', ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}
