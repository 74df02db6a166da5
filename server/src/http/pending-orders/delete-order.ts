import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { userIdOf } from '../authenticate.ts'
import { HttpError, notFound } from '../http-error.ts'
import type { BroadcastTold } from './broadcast-told.ts'
import { clientIdOf } from './client-id.ts'
import { orderIdOf } from './order-id.ts'

/** `DELETE /pending-orders/:id`. One that is the ERP's, or on its way there, stays. */
export function deleteOrder({
  engine,
  broadcastTold,
}: {
  engine: JobEngine
  broadcastTold: BroadcastTold
}): RequestHandler {
  return async (request, response) => {
    const userId = userIdOf(response)
    const originId = clientIdOf(request)
    const orderId = orderIdOf(request)
    const deletion = await engine.orders.delete({ userId, orderId, originId })
    if (deletion.outcome === 'not_found') throw notFound('order')
    if (deletion.outcome === 'conflict') {
      throw new HttpError('conflict', `The order is ${deletion.state} and can't be deleted.`)
    }
    response.status(204).end()
    broadcastTold(userId, deletion.told)
  }
}
