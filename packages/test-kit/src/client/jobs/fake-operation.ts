/** A kind of work that the fake server says it runs. */
export interface FakeOperation {
  readonly type: string
  readonly description?: string
  /** JSON Schema of the input: what does not fit is refused, defaults are filled in. @default any object */
  readonly inputSchema?: Readonly<Record<string, unknown>>
  /** Why it can't be started now, where it can't. */
  readonly unavailableReason?: string
}

/** An operation as `GET /api/operations` lists it. */
export function toOperationView({
  type,
  description = '',
  inputSchema = { type: 'object' },
  unavailableReason,
}: FakeOperation): object {
  const reason = unavailableReason !== undefined && { reason: unavailableReason }
  return { type, description, inputSchema, available: unavailableReason === undefined, ...reason }
}
