import { z } from 'zod'

export const LIST_DEFAULT_LIMIT = 50
export const LIST_MAX_LIMIT = 100

const error = `must be a whole number from 1 to ${LIST_MAX_LIMIT}`

/** How much of a list is wanted at once. */
export const limitParameter = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, { error })
  .transform(Number)
  .pipe(z.int().min(1).max(LIST_MAX_LIMIT, { error }))
  .default(LIST_DEFAULT_LIMIT)
