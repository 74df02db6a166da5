import type { FieldError } from './request-error.ts'

/** What is wrong, in one line, as the server says it. */
export function describeFieldErrors(errors: readonly FieldError[]): string {
  return errors.map(({ pointer, detail }) => (pointer === '#' ? detail : `${pointer} ${detail}`)).join('; ')
}
