import { isObject, SCHEMAS_AT, type JsonSchema } from '../json-schema-of.ts'
import { html, joined, type HtmlPart } from './html.ts'

/** Where the page has a schema. */
export function anchorOf(name: string): string {
  return `schema-${name}`
}

/** What a value is, in a line: `list of JobView`, `string or null`. */
export function schemaType(schema: unknown): HtmlPart {
  if (!isObject(schema)) return 'anything'
  const { $ref, const: constant, enum: values, type, items, format } = schema
  if (typeof $ref === 'string') return reference($ref)
  if (constant !== undefined) return literal(constant)
  if (Array.isArray(values)) return joined(values.map(literal), ' | ')
  const { anyOf, oneOf, allOf } = schema
  if (Array.isArray(anyOf)) return joined(anyOf.map(schemaType), ' or ')
  if (Array.isArray(oneOf)) return joined(oneOf.map(schemaType), ' or ')
  if (Array.isArray(allOf) && type === undefined) return joined(allOf.map(schemaType), ' and ')
  if (type === 'array') return ['list of ', schemaType(items)]
  if (Array.isArray(type)) return type.map(String).join(' or ')
  if (typeof type !== 'string') return 'anything'
  return typeof format === 'string' ? `${type} (${format})` : type
}

function reference($ref: string): HtmlPart {
  const name = $ref.startsWith(SCHEMAS_AT) ? $ref.slice(SCHEMAS_AT.length) : $ref
  return name.includes('/') ? name.split('/').at(-1) : html`<a href="#${anchorOf(name)}">${name}</a>`
}

function literal(value: unknown): HtmlPart {
  return html`<code>${JSON.stringify(value)}</code>`
}

/** What a value may be at most, and what it is where nothing is said. */
export function schemaRules(schema: JsonSchema): HtmlPart {
  const { pattern, format, default: fallback, examples } = schema
  return joined(
    [
      ...Object.entries(RULES).flatMap(([keyword, say]) => {
        const value = schema[keyword]
        return typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? [say(value)] : []
      }),
      // A format says what its pattern does, in a word.
      ...(typeof pattern === 'string' && format === undefined ? [html`matches <code>${pattern}</code>`] : []),
      ...(fallback === undefined ? [] : [['default ', literal(fallback)]]),
      ...(Array.isArray(examples) ? [['for example ', joined(examples.map(literal), ', ')]] : []),
    ],
    '; ',
  )
}

const RULES: Record<string, (value: number) => string> = {
  minimum: (value) => `at least ${count(value)}`,
  exclusiveMinimum: (value) => `more than ${count(value)}`,
  maximum: (value) => `at most ${count(value)}`,
  exclusiveMaximum: (value) => `less than ${count(value)}`,
  minLength: (value) => `${count(value)} characters or more`,
  maxLength: (value) => `${count(value)} characters or less`,
  minItems: (value) => `${count(value)} or more of them`,
  maxItems: (value) => `${count(value)} or less of them`,
}

function count(value: number): string {
  return value.toLocaleString('en')
}
