import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'
import { erpAvailability } from '../erp/erp-availability.ts'
import { OrderSubmission } from '../erp/order-submission.ts'

/** Brings a pending order into the ERP. */
export const submitOrder = defineOperation({
  type: 'submit-order',
  description: "Enters a pending order into the ERP, with its customer, and brings back the ERP's number.",
  input: z.object({
    orderId: z
      .uuid()
      .meta({ title: 'Order', description: 'Id of a pending order that is a draft or has failed.' }),
  }),
  timeoutMs: 5 * 60_000,
  // An ERP that is busy may be so for a while.
  maxFailures: 5,
  exclusive: true,
  browser: true,
  isAvailable: erpAvailability,
  trustedOrigin: ({ erp }) => erp?.origin,
  async run(ctx) {
    const submission = new OrderSubmission(ctx)
    return submission.run()
  },
})
