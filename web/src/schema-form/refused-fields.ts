import type { RefusedField } from '../lib/api-error.ts'
import type { FieldErrors } from './field-errors.ts'
import type { Field } from './field-shape.ts'

/** What the server has refused: at the fields that the form has, and the rest, which none of them shows. */
export interface Refusal {
  atFields: FieldErrors
  others: readonly string[]
}

/** A refusal within a value, such as an entry of a list, is shown at the field that holds the value. */
export function placeRefusal(fields: readonly Field[], refused: readonly RefusedField[]): Refusal {
  const names = namesOf(fields)
  const atFields: Record<string, string> = {}
  const others: string[] = []
  for (const { path, message } of refused) {
    const name = names.find((candidate) => path === candidate || path.startsWith(`${candidate}.`))
    if (name !== undefined) atFields[name] ??= sentence(message)
    else others.push(sentence(path === '' ? message : `“${path}” ${message}`))
  }
  return { atFields, others }
}

function namesOf(fields: readonly Field[], prefix = ''): string[] {
  return fields.flatMap(({ name, shape }) =>
    shape.kind === 'group' ? namesOf(shape.fields, `${prefix}${name}.`) : [prefix + name],
  )
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
