import { describeFaults, faultsOf, PLAIN_WORDS } from '@headway/jobs'
import { z } from 'zod'
import { checkDefinition } from './check-definition.ts'
import { FinalError } from './errors.ts'
import type { OperationContext } from './operation-context.ts'
import type { WorkerResources } from './worker-resources.ts'

/** True, or why the operation can't run on this machine. */
export type Availability = true | { reason: string }

export interface OperationDefinition<TSchema extends z.ZodObject> {
  /** What jobs of this kind are started by; unique among a worker's operations. 1 to 64 letters, digits, dots, dashes and underscores. */
  type: string
  /** One or two sentences for whoever chooses among operations. */
  description: string
  /** Unknown fields are refused. `title` and `description` in `.meta()` become the labels of forms. */
  input: TSchema
  /** How long one attempt may take, in milliseconds. */
  timeoutMs: number
  /** One exclusive job per user at a time, whatever its kind: the others wait in the queue. @default false */
  exclusive?: boolean
  /** Among exclusive jobs of a user: one that is higher makes a lower one give way, which goes on after its last completed step. @default 0 */
  priority?: number
  /** A browser context is acquired before the operation is called, for `ctx.browser()`. @default false */
  browser?: boolean
  /** The job fails with this many failed attempts; those before are tried again. @default 3 */
  maxFailures?: number
  /** Asked at the start and every 30 s: the reason is shown instead of a form. */
  isAvailable?: (resources: WorkerResources) => Availability | Promise<Availability>
  /** An origin that its browser may open although it is private, for no other operation and whatever the user says. */
  trustedOrigin?: (resources: WorkerResources) => string | undefined
  /** Does the work; what it returns is the job's result, and must be JSON. */
  run(ctx: OperationContext<z.output<TSchema>>): Promise<unknown>
}

/** A kind of work, as a worker runs it. Made by {@link defineOperation}. */
export class Operation {
  readonly type: string
  readonly description: string
  /** JSON Schema of what a client sends. */
  readonly inputSchema: Record<string, unknown>
  readonly timeoutMs: number
  readonly exclusive: boolean
  readonly priority: number
  readonly needsBrowser: boolean
  readonly maxFailures: number
  readonly #definition: OperationDefinition<z.ZodObject>
  readonly #input: z.ZodObject

  constructor(definition: OperationDefinition<z.ZodObject>) {
    checkDefinition(definition)
    this.type = definition.type
    this.description = definition.description
    this.timeoutMs = definition.timeoutMs
    this.exclusive = definition.exclusive ?? false
    this.priority = definition.priority ?? 0
    this.needsBrowser = definition.browser ?? false
    this.maxFailures = definition.maxFailures ?? 3
    this.#definition = definition
    // What the schema as a whole is marked with stays with it.
    this.#input = definition.input.strict().meta(definition.input.meta() ?? {})
    this.inputSchema = describeInput(this.type, this.#input)
  }

  /** Its work is done elsewhere: holding it costs this process next to nothing. */
  get isExternal(): boolean {
    return false
  }

  /** @throws FinalError with code `bad_request` */
  parseInput(input: unknown): Record<string, unknown> {
    const parsed = this.#input.safeParse(input, PLAIN_WORDS)
    if (parsed.success) return parsed.data
    const faults = describeFaults(faultsOf(parsed.error))
    throw new FinalError(`The input does not fit the operation ${this.type}: ${faults}.`, {
      code: 'bad_request',
    })
  }

  async availability(resources: WorkerResources): Promise<Availability> {
    return (await this.#definition.isAvailable?.(resources)) ?? true
  }

  /** An origin that its browser may open although it is private. */
  trustedOrigin(resources: WorkerResources): string | undefined {
    return this.#definition.trustedOrigin?.(resources)
  }

  async run(ctx: OperationContext): Promise<unknown> {
    return this.#definition.run(ctx)
  }
}

/**
 * Defines a kind of work. A file in `operations/` that exports one is all that it takes.
 *
 * @throws TypeError, RangeError where it can't be one: the message has the value and what is allowed
 *
 * @example
 * export const shout = defineOperation({
 *   type: 'shout',
 *   description: 'Repeats a word, louder.',
 *   input: z.object({ word: z.string().meta({ title: 'Word' }) }),
 *   timeoutMs: 10_000,
 *   async run(ctx) {
 *     await ctx.progress(50, 'Taking a breath')
 *     return { word: ctx.input.word.toUpperCase() }
 *   },
 * })
 */
export function defineOperation<TSchema extends z.ZodObject>(
  definition: OperationDefinition<TSchema>,
): Operation {
  // The input is parsed by this very schema before `run` sees it.
  return new Operation(definition)
}

function describeInput(type: string, input: z.ZodObject): Record<string, unknown> {
  try {
    return z.toJSONSchema(input, { io: 'input' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TypeError(
      `The input of ${type} can't be described to clients: ${why}. They send JSON; take a date as z.iso.datetime().`,
      { cause: error },
    )
  }
}
