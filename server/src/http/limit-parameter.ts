import { z } from 'zod'

export const LIST_DEFAULT_LIMIT = 50
export const LIST_MAX_LIMIT = 100

/** How much of a list is wanted at once. */
export const limitParameter = z
  .string()
  .regex(/^[1-9]\d{0,2}$/)
  .transform(Number)
  .pipe(
    z
      .int()
      .min(1)
      .max(LIST_MAX_LIMIT, { error: `must be at most ${LIST_MAX_LIMIT}` }),
  )
  .default(LIST_DEFAULT_LIMIT)
