import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'
import { FinalError } from '../errors.ts'
import { erpAvailability, requireErp } from '../erp/erp-availability.ts'
import { ErpCustomers, toCustomerFields } from '../erp/erp-customers.ts'
import { ErpSession } from '../erp/erp-session.ts'

const field = (title: string) => z.string().max(200).optional().meta({ title })

/** Changes a customer in the ERP. */
export const updateCustomer = defineOperation({
  type: 'update-customer',
  description: 'Changes what the ERP knows of a customer of yours; what is not named stays as it is.',
  input: z.object({
    customerId: z
      .string()
      .min(1)
      .max(128)
      .meta({ title: 'Customer', description: 'Number of the customer.' }),
    fields: z
      .object({
        name: field('Name'),
        email: field('E-mail'),
        phone: field('Phone'),
        street: field('Street'),
        city: field('City'),
      })
      .strict()
      .refine((fields) => Object.values(fields).some((value) => value !== undefined), {
        error: 'must have at least 1 of its fields',
      })
      .meta({ title: 'Changes', minProperties: 1 }),
  }),
  timeoutMs: 2 * 60_000,
  // An ERP that is busy may be so for a while.
  maxFailures: 5,
  exclusive: true,
  browser: true,
  isAvailable: erpAvailability,
  trustedOrigin: ({ erp }) => erp?.origin,
  async run(ctx) {
    const { userId } = ctx
    const { customerId } = ctx.input
    const fields = withoutGaps(ctx.input.fields)
    const show = async (progress: number, label: string): Promise<void> => {
      await ctx.progress(progress, label)
      await ctx.tell('CUSTOMER_UPDATE_PROGRESS', { customerId, progress, label })
    }

    const known = await ctx.resources.orders.findCustomer({ userId, customerId })
    if (known === undefined) {
      throw new FinalError(`There is no customer ${customerId} among yours.`, { code: 'not_found' })
    }
    ctx.expectSteps(2)
    // To do it again changes nothing more.
    await ctx.step('change', async () => {
      await show(10, 'Opening the ERP')
      const session = await ErpSession.open(ctx, requireErp(ctx.resources))
      const customers = new ErpCustomers(session)
      const isThere = await customers.exists(customerId)
      await show(50, isThere ? 'Changing the customer' : 'Adding the customer')
      if (isThere) await customers.change(customerId, fields)
      else await customers.create(customerId, { ...toCustomerFields(known), ...fields })
      await ctx.artifact('customer.png', await session.page.screenshot(), 'image/png')
    })
    await ctx.transactStep('record', async (trx) => {
      const { name, ...others } = fields
      const change = { userId, customerId, fields: others, ...(name !== undefined && { name }) }
      await ctx.resources.orders.putCustomer(change, trx)
    })
    await show(100, 'The ERP has the changes')
    return { customerId }
  },
})

function withoutGaps(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
