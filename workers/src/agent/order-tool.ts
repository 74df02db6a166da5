import { describeFaults, faultsOf, PLAIN_WORDS, type PendingOrders } from '@headway/jobs'
import { z } from 'zod'

/** Whose orders a tool looks at: those of the job's owner, which no argument of the model can change. */
export interface ToolScope {
  readonly userId: string
  readonly orders: Pick<PendingOrders, 'list' | 'find' | 'sum'>
}

export interface OrderToolDefinition<TSchema extends z.ZodObject> {
  name: string
  /** What the model reads to choose among tools. */
  description: string
  arguments: TSchema
  /** Looks something up, and changes nothing. What it returns is JSON. */
  run(given: z.output<TSchema>, scope: ToolScope): Promise<unknown>
}

/** Something that the model may look up. */
export interface OrderTool {
  readonly name: string
  readonly description: string
  /** JSON Schema of its arguments. */
  readonly parameters: Record<string, unknown>
  /** @throws ToolFault, for the model to read */
  run(given: unknown, scope: ToolScope): Promise<unknown>
}

/** What the model has asked for can't be done; it is told why, and may ask in another way. */
export class ToolFault extends Error {
  override readonly name = 'ToolFault'
}

export function defineOrderTool<TSchema extends z.ZodObject>(
  definition: OrderToolDefinition<TSchema>,
): OrderTool {
  const { name, description } = definition
  const schema = definition.arguments.strict()
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: 'input' })
  return {
    name,
    description,
    parameters,
    async run(given, scope) {
      const parsed = schema.safeParse(withoutNulls(given), PLAIN_WORDS)
      if (!parsed.success) {
        const faults = describeFaults(faultsOf(parsed.error))
        throw new ToolFault(`The arguments of ${name} are not valid: ${faults}.`)
      }
      return definition.run(parsed.data as z.output<TSchema>, scope)
    },
  }
}

/** Models like to write null for what they leave out. */
function withoutNulls(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
}
