/** From pino's numbers: what is worth a look at once. */
const WARN = 40
const LEVEL_NAMES = new Map([
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
])
const HIDDEN_FIELDS = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err', 'error', 'v'])

/**
 * One line of a program's log as the terminal shows it, or undefined for what can stay in the file: everything below a
 * warning. A line that is not JSON is a crash or a program's own words, and is shown.
 */
export function formatLogLine(line: string): string | undefined {
  const record = parseRecord(line)
  if (!record) return line.trim() === '' ? undefined : line
  const level = Number(record['level'])
  if (level < WARN) return undefined
  const words = [LEVEL_NAMES.get(level) ?? String(level), textOf(record['msg']), ...fieldsOf(record)]
  return [words.filter((word) => word !== '').join('  '), ...stackOf(record)].join('\n')
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value = JSON.parse(line) as Record<string, unknown>
    return typeof value['level'] === 'number' ? value : undefined
  } catch {
    return undefined
  }
}

function fieldsOf(record: Record<string, unknown>): string[] {
  return Object.entries(record)
    .filter(([name]) => !HIDDEN_FIELDS.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`)
}

function stackOf(record: Record<string, unknown>): string[] {
  const error = record['err'] ?? record['error']
  const { stack, message } = (typeof error === 'object' && error !== null ? error : { message: error }) as {
    stack?: unknown
    message?: unknown
  }
  const text = textOf(stack ?? message)
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`)
}

function textOf(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
