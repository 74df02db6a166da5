import { z } from 'zod'

export const SEARCH_MAX_LENGTH = 200

/** What a list is searched for, as people type it. Only what Postgres can't compare with is refused. */
export const searchParameter = z
  .string()
  .max(SEARCH_MAX_LENGTH, { error: `must have at most ${SEARCH_MAX_LENGTH} characters` })
  .refine((text) => !text.includes('\0') && text.isWellFormed(), {
    error: 'has a character that is not text',
  })
  .optional()
