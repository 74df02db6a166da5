import { readFile } from 'node:fs/promises'
import { describeFaults, faultsOf, PLAIN_WORDS } from '@headway/jobs'
import { z } from 'zod'
import { defineExternalOperation } from './external-operation.ts'
import type { Operation } from '../define-operation.ts'

const definition = z.strictObject({
  type: z.string(),
  description: z.string().min(1),
  inputSchema: z.looseObject({ type: z.literal('object') }),
  timeoutMs: z.int(),
  exclusive: z.boolean().optional(),
  priority: z.int().optional(),
  maxFailures: z.int().min(1).optional(),
})

/** The file with the external operations can't be used. The message says what is wrong, and where. */
export class ExternalOperationsError extends Error {
  override readonly name = 'ExternalOperationsError'
  readonly code = 'invalid_config'

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(
      `The external operations of ${path} can't be used: ${problem}. It is a JSON list of { type, description, inputSchema, timeoutMs }; see docs/reports.md.`,
      options,
    )
  }
}

/**
 * Reads external operations from a JSON file: a list of what `defineExternalOperation` takes, with `inputSchema` (JSON Schema of an
 * object) in place of `input`.
 *
 * @param others the operations beside which they run; two of a type are an error
 * @throws ExternalOperationsError
 */
export async function loadExternalOperations(
  path: string,
  others: readonly Operation[] = [],
): Promise<Operation[]> {
  const parsed = z.array(definition).safeParse(await readJson(path), PLAIN_WORDS)
  if (!parsed.success) throw new ExternalOperationsError(path, describeFaults(faultsOf(parsed.error)))
  const types = [...others, ...parsed.data].map(({ type }) => type)
  const twice = types.find((type, index) => types.indexOf(type) !== index)
  if (twice !== undefined)
    throw new ExternalOperationsError(path, `there are two operations of the type ${twice}`)
  return parsed.data.map(({ inputSchema, exclusive, priority, maxFailures, ...rest }) => {
    try {
      return defineExternalOperation({
        ...rest,
        input: inputSchema,
        ...(exclusive !== undefined && { exclusive }),
        ...(priority !== undefined && { priority }),
        ...(maxFailures !== undefined && { maxFailures }),
      })
    } catch (error) {
      throw new ExternalOperationsError(path, (error as Error).message, { cause: error })
    }
  })
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw new ExternalOperationsError(path, (error as Error).message, { cause: error })
  }
}
