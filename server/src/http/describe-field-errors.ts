import type { FieldError } from './http-error.ts'

/** What is wrong, in one line: for those who get nothing of an answer but its code and message. */
export function describeFieldErrors(errors: readonly FieldError[]): string {
  return errors.map(({ pointer, detail }) => (pointer === '#' ? detail : `${pointer} ${detail}`)).join('; ')
}
