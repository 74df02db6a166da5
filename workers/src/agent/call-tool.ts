import { ToolFault, type OrderTool, type ToolScope } from './order-tool.ts'
import type { ToolCall } from './round-reader.ts'

/** Largest result of a tool that the model is shown, in bytes of JSON. */
export const TOOL_RESULT_MAX_BYTES = 32_768
/** Of what the model has written wrongly, so many characters are shown to it. */
const QUOTED_MAX_LENGTH = 200

/** What came of a call, as its step keeps it. */
export interface ToolOutcome {
  /** JSON for the model to read. */
  content: string
  /** The model has asked for what can't be done, and was told so. */
  isFault: boolean
}

/** Carries out what the model has asked for. A fault of the model's is an answer to it; any other error is one of the step. */
export async function callTool(
  call: ToolCall,
  tools: readonly OrderTool[],
  scope: ToolScope,
): Promise<ToolOutcome> {
  try {
    const tool = tools.find(({ name }) => name === call.name)
    if (!tool) throw unknownTool(call, tools)
    return { content: fitting(await tool.run(parseArguments(call), scope)), isFault: false }
  } catch (error) {
    if (error instanceof ToolFault) return faultOutcome(error.message)
    throw error
  }
}

export function faultOutcome(error: string): ToolOutcome {
  return { content: JSON.stringify({ error }), isFault: true }
}

/** What the arguments say; undefined where they are no JSON. None at all are an empty object. */
export function readArguments({ arguments: text }: ToolCall): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function parseArguments(call: ToolCall): unknown {
  const given = readArguments(call)
  if (given !== undefined) return given
  throw new ToolFault(
    `The arguments of ${call.name} are not JSON: ${quoted(call.arguments)}. Call it again with a JSON object.`,
  )
}

function unknownTool({ name }: ToolCall, tools: readonly OrderTool[]): ToolFault {
  const known = tools.map((tool) => tool.name).join(', ')
  return new ToolFault(`There is no tool ${quoted(name)}. Those that exist are ${known}.`)
}

function fitting(result: unknown): string {
  const json = JSON.stringify(result)
  const bytes = Buffer.byteLength(json)
  if (bytes <= TOOL_RESULT_MAX_BYTES) return json
  throw new ToolFault(
    `The result has ${bytes} bytes, and ${TOOL_RESULT_MAX_BYTES} can be shown. Ask for less: a smaller limit, or a narrower search.`,
  )
}

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_MAX_LENGTH ? `${text.slice(0, QUOTED_MAX_LENGTH)}…` : text)
}
