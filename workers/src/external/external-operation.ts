import { z } from 'zod'
import { Operation } from '../define-operation.ts'
import type { OperationContext } from '../operation-context.ts'
import type { AttemptHolder } from './attempt-holder.ts'

export interface ExternalOperationDefinition {
  /** What jobs of this kind are started by, and workers ask for; letters, digits, dots, dashes and underscores. */
  type: string
  /** One or two sentences for whoever chooses among operations. */
  description: string
  /** A zod object, or a JSON Schema: the servers hold every input to it. */
  input: z.ZodObject | Record<string, unknown>
  /** How long one attempt may take, in milliseconds, from the moment that a worker has taken it. */
  timeoutMs: number
  /** One exclusive job per user at a time, whatever its kind: the others wait in the queue. @default false */
  exclusive?: boolean
  /** Among exclusive jobs of a user: one that is higher makes a lower one give way, which goes on after its last checkpoint. @default 0 */
  priority?: number
  /** The job fails with this many failed attempts; those before are tried again. @default 3 */
  maxFailures?: number
}

/** A kind of work whose workers are not ours. Made by {@link defineExternalOperation}. */
export class ExternalOperation extends Operation {
  override readonly inputSchema: Record<string, unknown>
  readonly #definition: ExternalOperationDefinition
  readonly #holder: AttemptHolder | undefined

  constructor(definition: ExternalOperationDefinition, holder?: AttemptHolder) {
    const { input } = definition
    const isZod = input instanceof z.ZodObject
    super({ ...definition, input: isZod ? input : z.object({}), run: () => Promise.resolve() })
    this.inputSchema = isZod ? z.toJSONSchema(input.strict(), { io: 'input' }) : input
    this.#definition = definition
    this.#holder = holder
  }

  /** The same operation, for a worker process that holds its attempts. */
  heldBy(holder: AttemptHolder): ExternalOperation {
    return new ExternalOperation(this.#definition, holder)
  }

  override get isExternal(): boolean {
    return true
  }

  /** A server has held the input to a JSON Schema when the job was created; zod may turn it into something else once more. */
  override parseInput(input: unknown): Record<string, unknown> {
    return this.#definition.input instanceof z.ZodObject
      ? super.parseInput(input)
      : (input as Record<string, unknown>)
  }

  override async run(ctx: OperationContext): Promise<never> {
    if (this.#holder === undefined)
      throw new Error(`${this.type} is external and nobody holds its attempts. Start it with startWorker.`)
    return this.#holder.hold(ctx, this)
  }
}

/**
 * Defines a kind of work that is done by workers which are not ours, in any language: they take it from Redis and report how it goes and how
 * it ends, see docs/reports.md. Claim, lease, cancel, timeout and retries stay Headway's.
 *
 * @example
 * export const ocr = defineExternalOperation({
 *   type: 'ocr',
 *   description: 'Reads the text of a scanned page.',
 *   input: z.object({ url: z.url().meta({ title: 'Address of the scan' }) }),
 *   timeoutMs: 120_000,
 * })
 */
export function defineExternalOperation(definition: ExternalOperationDefinition): Operation {
  return new ExternalOperation(definition)
}
