import type { Field, FieldShape, NumberRange } from './field-shape.ts'
import { isRecord, sentText, type FormValues } from './form-values.ts'
import { SENDING_FILE } from './sending-file.ts'
import { formatError, type TextShape } from './text-format.ts'

/** What is wrong, by field: `viewport.width` names a field of a group. */
export type FieldErrors = Readonly<Record<string, string>>

/** Checks what can be said before the server is asked; the server's own check is the one that counts. */
export function fieldErrors(fields: readonly Field[], values: FormValues, prefix = ''): FieldErrors {
  const errors: Record<string, string> = {}
  for (const field of fields) {
    const path = prefix + field.name
    const value = values[field.name]
    if (field.shape.kind === 'group') {
      Object.assign(errors, groupErrors(field, field.shape.fields, value, `${path}.`))
    } else {
      const error = isEmpty(value) ? missingError(field) : valueError(field, value)
      if (error !== undefined) errors[path] = error
    }
  }
  return errors
}

/** A group that may be left out is checked only once something was put into it. */
function groupErrors(field: Field, fields: readonly Field[], value: unknown, prefix: string): FieldErrors {
  const values = isRecord(value) ? value : {}
  const untouched = Object.values(values).every((entry) => isEmpty(entry) || entry === false)
  return untouched && !field.required ? {} : fieldErrors(fields, values, prefix)
}

function missingError(field: Field): string | undefined {
  if (!field.required || field.shape.kind === 'switch') return undefined
  return field.shape.kind === 'choice' ? 'Choose one.' : 'This is needed.'
}

function valueError({ shape, example }: Field, value: unknown): string | undefined {
  switch (shape.kind) {
    case 'text':
      return textError(shape, String(sentText(shape, value)), example)
    case 'number':
      return numberError(shape.whole, shape.range, value)
    case 'list':
      return Array.isArray(value) ? listError(shape, value) : undefined
    case 'json':
      return jsonError(String(value))
    case 'switch':
    case 'choice':
    case 'group':
      return undefined
    default:
      return shape satisfies never
  }
}

function textError(shape: TextShape, text: string, example: string | undefined): string | undefined {
  if (shape.format === 'upload' && text === SENDING_FILE) return 'Wait until the file has been sent.'
  if (shape.minLength !== undefined && text.length < shape.minLength) {
    return `Enter at least ${counted(shape.minLength, 'character')}.`
  }
  if (shape.maxLength !== undefined && text.length > shape.maxLength) {
    return `Enter at most ${counted(shape.maxLength, 'character')}; this has ${format(text.length)}.`
  }
  return formatError(shape, text, example)
}

function numberError(whole: boolean, range: NumberRange, value: unknown): string | undefined {
  const number = typeof value === 'number' ? value : Number(value)
  const wanted = rangeWords(whole, range)
  if (!Number.isFinite(number)) return `Enter ${wanted}.`
  const tooSmall = range.min !== undefined && (range.exclusiveMin ? number <= range.min : number < range.min)
  const tooLarge = range.max !== undefined && (range.exclusiveMax ? number >= range.max : number > range.max)
  const fraction = whole && !Number.isInteger(number)
  return tooSmall || tooLarge || fraction ? `Enter ${wanted}.` : undefined
}

/** "a whole number from 1 to 1,000", and less where less is asked for. */
export function rangeWords(whole: boolean, range: NumberRange): string {
  const noun = whole ? 'a whole number' : 'a number'
  const { min, max } = range
  if (min !== undefined && max !== undefined && !range.exclusiveMin && !range.exclusiveMax) {
    return `${noun} from ${format(min)} to ${format(max)}`
  }
  const above = range.exclusiveMin ? 'above' : 'of at least'
  const below = range.exclusiveMax ? 'below' : 'at most'
  const bounds = [
    ...(min === undefined ? [] : [`${above} ${format(min)}`]),
    ...(max === undefined ? [] : [`${below} ${format(max)}`]),
  ]
  return [noun, bounds.join(' and ')].filter((part) => part !== '').join(' ')
}

function listError(shape: FieldShape & { kind: 'list' }, items: readonly unknown[]): string | undefined {
  if (items.length < shape.minItems) return `Add at least ${counted(shape.minItems, 'entry', 'entries')}.`
  if (items.length > shape.maxItems) return `Keep at most ${counted(shape.maxItems, 'entry', 'entries')}.`
  if (shape.of === 'text') return undefined
  const wrong = items.find((item) => numberError(shape.whole ?? false, {}, item) !== undefined)
  return wrong === undefined
    ? undefined
    : `${JSON.stringify(wrong)} is not ${rangeWords(shape.whole ?? false, {})}.`
}

function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${format(count)} ${count === 1 ? one : many}`
}

function format(number: number): string {
  return number.toLocaleString('en')
}
