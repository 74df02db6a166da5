/** What is asked for in one control of the form. */
export interface AnswerField {
  readonly name: string
  readonly label: string
  readonly description: string | undefined
  readonly isRequired: boolean
  readonly initial: unknown
  readonly control: AnswerControl
}

export type AnswerControl =
  | {
      readonly kind: 'text'
      readonly minLength?: number
      readonly maxLength?: number
      readonly pattern?: string
    }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly step: 1 | 'any' }
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly unknown[] }
  /** What no simple control fits: written as JSON. */
  | { readonly kind: 'json' }

/** The form of an answer: its fields, and what to send of their values. */
export interface AnswerForm {
  readonly fields: readonly AnswerField[]
  readonly valueOf: (values: Readonly<Record<string, unknown>>) => unknown
}

type Schema = Readonly<Record<string, unknown>>

/** A flat object is a form of its properties; anything else is the only field of one. */
export function answerForm(schema: Schema, answerLabel: string): AnswerForm {
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined
  if (properties === undefined) {
    const field = fieldOf('answer', schema, true)
    const label = typeof schema['title'] === 'string' ? field.label : answerLabel
    return { fields: [{ ...field, label }], valueOf: ({ answer }) => answer }
  }
  const required = (schema['required'] ?? []) as readonly string[]
  return {
    fields: Object.entries(properties).map(([name, property]) =>
      fieldOf(name, property, required.includes(name) && property['default'] === undefined),
    ),
    valueOf: (values) => values,
  }
}

/** What was typed into a control, as the schema wants it; undefined where nothing was. Throws a `SyntaxError` for bad JSON. */
export function readControl(control: AnswerControl, typed: string, isChecked: boolean): unknown {
  if (control.kind === 'switch') return isChecked
  if (typed.trim() === '') return undefined
  switch (control.kind) {
    case 'text':
      return typed
    case 'number':
      return Number(typed)
    case 'choice':
      return control.options[Number(typed)]
    case 'json':
      return JSON.parse(typed) as unknown
    default:
      return control satisfies never
  }
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): AnswerField {
  return {
    name,
    label: typeof schema['title'] === 'string' ? schema['title'] : name,
    description: typeof schema['description'] === 'string' ? schema['description'] : undefined,
    isRequired,
    initial: schema['default'],
    control: controlOf(schema),
  }
}

function controlOf(schema: Schema): AnswerControl {
  const options = optionsOf(schema)
  if (options) return { kind: 'choice', options }
  switch (schema['type']) {
    case 'string': {
      // A browser wants it to match all of the text, a schema some part.
      const pattern = typeof schema['pattern'] === 'string' ? `.*(?:${schema['pattern']}).*` : undefined
      return { kind: 'text', ...pick({ ...schema, pattern }, ['minLength', 'maxLength', 'pattern']) }
    }
    case 'integer':
    case 'number': {
      const { minimum: min, maximum: max } = schema as { minimum?: number; maximum?: number }
      const step = schema['type'] === 'integer' ? 1 : 'any'
      return { kind: 'number', step, ...pick({ min, max }, ['min', 'max']) }
    }
    case 'boolean':
      return { kind: 'switch' }
    default:
      return { kind: 'json' }
  }
}

function optionsOf(schema: Schema): readonly unknown[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum']
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined
  const isChoice = alternatives?.every((alternative) => 'const' in alternative)
  return isChoice ? alternatives?.map((alternative) => alternative['const']) : undefined
}

function pick(schema: Schema, names: readonly string[]): Record<string, never> {
  return Object.fromEntries(
    names.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]),
  ) as Record<string, never>
}
