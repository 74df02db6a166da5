import { JOB_ID_PATTERN } from '@headway/events'
import { z } from 'zod'

export const jobIdArgument = z
  .string({ error: 'must be the UUID of a job' })
  .regex(JOB_ID_PATTERN, { error: 'must be the UUID of a job' })

export const cursorArgument = z.int().nonnegative()

export const textOffsetArgument = z.int().nonnegative()
