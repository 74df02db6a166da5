import type { JsonSchema } from './json-schema.ts'

/**
 * One line that tells jobs of the same operation apart: the address they work on, else their first few values. The id of
 * a file that was sent says nothing to anybody, nor does what everybody gets who leaves a field alone.
 *
 * @param schema Of the operation's input, where it is known.
 */
export function inputSummary(input: Readonly<Record<string, unknown>>, schema?: JsonSchema): string {
  const { url } = input
  if (typeof url === 'string') return url.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return Object.entries(input)
    .filter(([name, value]) => name !== 'uploadId' && isTelling(value, schema?.properties?.[name]))
    .slice(0, 4)
    .map(([name, value]) => `${name} ${shortened(String(value))}`)
    .join(' · ')
}

function isTelling(value: unknown, field: JsonSchema | undefined): boolean {
  if (field?.default !== undefined && value === field.default) return false
  if (typeof value === 'string') return value !== ''
  // Where nothing is known of the field, zero and false are taken for what it is when it is left alone.
  if (typeof value === 'number') return value !== 0 || field !== undefined
  return typeof value === 'boolean' && (value || field?.default !== undefined)
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
