import type { JsonSchema } from '../lib/json-schema.ts'

/** What a field of the form is made of: one member per kind of control. */
export type FieldShape =
  | { kind: 'text'; format?: string | undefined; minLength?: number; maxLength?: number; pattern?: string }
  | { kind: 'number'; whole: boolean; range: NumberRange }
  | { kind: 'switch' }
  | { kind: 'choice'; options: readonly ChoiceValue[] }
  | { kind: 'group'; fields: readonly Field[] }
  | { kind: 'list'; whole?: boolean; of: 'text' | 'number'; minItems: number; maxItems: number }
  /** What no control fits: typed in as JSON. */
  | { kind: 'json' }

export type ChoiceValue = string | number | boolean

export interface NumberRange {
  min?: number
  max?: number
  /** The bounds themselves are not allowed. */
  exclusiveMin?: boolean
  exclusiveMax?: boolean
}

export interface Field {
  name: string
  label: string
  description: string | undefined
  required: boolean
  default: unknown
  /** Shown in the empty control. */
  example: string | undefined
  shape: FieldShape
}

/** The fields of an operation's input, in the order of its schema. */
export function fieldsOf(schema: JsonSchema, root: JsonSchema = schema): Field[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const resolved = resolve(property, root)
    return {
      name,
      label: property.title ?? resolved.title ?? labelOf(name),
      description: property.description ?? resolved.description,
      required: required.has(name) && property.default === undefined,
      default: property.default ?? resolved.default,
      example: exampleOf(property) ?? exampleOf(resolved),
      shape: shapeOf(resolved, root),
    }
  })
}

function exampleOf({ examples }: JsonSchema): string | undefined {
  const example = examples?.[0]
  return typeof example === 'string' || typeof example === 'number' ? String(example) : undefined
}

/** A text whose example is an address wants one, also where the schema leaves its form to the operation. */
function isAddress(example: string | undefined): boolean {
  return example !== undefined && /^https?:\/\//.test(example)
}

/** `viewportWidth` becomes "Viewport width"; a unit at the end is set apart: `stepMs` becomes "Step (ms)". */
export function labelOf(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .map((word) => (ABBREVIATIONS.has(word) ? word.toUpperCase() : word))
  const unit = words.length > 1 && UNITS.has(words.at(-1) ?? '') ? words.pop() : undefined
  const text = words.join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${unit === undefined ? '' : ` (${unit})`}`
}

const ABBREVIATIONS = new Set(['url', 'id', 'html', 'pdf', 'json', 'css', 'api', 'ip'])
const UNITS = new Set(['ms', 'bytes', 'seconds', 'minutes', 'px', 'percent'])

function shapeOf(schema: JsonSchema, root: JsonSchema): FieldShape {
  const options = choicesOf(schema)
  if (options !== undefined) return { kind: 'choice', options }
  switch (schema.type) {
    case 'string':
      return textShape(schema)
    case 'number':
    case 'integer':
      return { kind: 'number', whole: schema.type === 'integer', range: rangeOf(schema) }
    case 'boolean':
      return { kind: 'switch' }
    case 'object':
      return schema.properties === undefined
        ? { kind: 'json' }
        : { kind: 'group', fields: fieldsOf(schema, root) }
    case 'array':
      return listShape(schema, root)
    case undefined:
    default:
      return { kind: 'json' }
  }
}

function textShape(schema: JsonSchema): FieldShape {
  return {
    kind: 'text',
    format: schema.format ?? (isAddress(exampleOf(schema)) ? 'uri' : undefined),
    ...(schema.minLength === undefined ? {} : { minLength: schema.minLength }),
    ...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength }),
    ...(schema.pattern === undefined ? {} : { pattern: schema.pattern }),
  }
}

function listShape(schema: JsonSchema, root: JsonSchema): FieldShape {
  const items = resolve(schema.items ?? {}, root)
  const bounds = { minItems: schema.minItems ?? 0, maxItems: schema.maxItems ?? Number.POSITIVE_INFINITY }
  if (choicesOf(items) !== undefined) return { kind: 'json' }
  if (items.type === 'string') return { kind: 'list', of: 'text', ...bounds }
  if (items.type === 'number') return { kind: 'list', of: 'number', whole: false, ...bounds }
  if (items.type === 'integer') return { kind: 'list', of: 'number', whole: true, ...bounds }
  return { kind: 'json' }
}

function choicesOf(schema: JsonSchema): ChoiceValue[] | undefined {
  const alternatives = schema.anyOf ?? schema.oneOf
  const values =
    schema.enum ??
    (schema.const === undefined ? undefined : [schema.const]) ??
    (alternatives?.every(({ const: value }) => value !== undefined)
      ? alternatives.map(({ const: value }) => value)
      : undefined)
  return values?.every(isChoiceValue) ? [...values] : undefined
}

function isChoiceValue(value: unknown): value is ChoiceValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function rangeOf(schema: JsonSchema): NumberRange {
  const min = schema.exclusiveMinimum ?? schema.minimum
  const max = schema.exclusiveMaximum ?? schema.maximum
  return {
    // The bounds of a safe integer say nothing to a person.
    ...(min === undefined || min <= Number.MIN_SAFE_INTEGER ? {} : { min }),
    ...(max === undefined || max >= Number.MAX_SAFE_INTEGER ? {} : { max }),
    ...(schema.exclusiveMinimum === undefined ? {} : { exclusiveMin: true }),
    ...(schema.exclusiveMaximum === undefined ? {} : { exclusiveMax: true }),
  }
}

/** Follows references within the schema and takes the one real alternative of a nullable value. */
function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')]
    return target === undefined ? {} : resolve(target, root)
  }
  const real = schema.anyOf?.filter(({ type }) => type !== 'null')
  if (real?.length === 1 && real[0] !== undefined) {
    const { anyOf: _alternatives, ...shared } = schema
    return { ...shared, ...resolve(real[0], root) }
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null')
    return types.length === 1 && types[0] !== undefined ? { ...schema, type: types[0] } : schema
  }
  return schema
}
