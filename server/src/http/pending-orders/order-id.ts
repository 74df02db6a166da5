import { JOB_ID_PATTERN } from '@headway/events'
import type { Request } from 'express'
import { z } from 'zod'
import { notFound } from '../http-error.ts'

/** How a path names an order: in the form of a job's id. */
export const orderIdParameter = z.string().regex(JOB_ID_PATTERN)

/** The order that a path names. What can't be an id is answered like an id that does not exist. */
export function orderIdOf(request: Request): string {
  const orderId = orderIdParameter.safeParse(request.params['id'])
  if (!orderId.success) throw notFound('order')
  return orderId.data
}
