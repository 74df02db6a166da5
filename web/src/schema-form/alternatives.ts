import type { JsonSchema } from '../lib/json-schema.ts'
import type { FieldErrors } from './field-errors.ts'
import type { Field } from './field-shape.ts'

/** Fields of which an input has some and not the others: `oneOf` or `anyOf` with nothing in it but `required`. */
export interface Alternatives {
  /** Each is the names of fields that go together. */
  choices: readonly (readonly string[])[]
  /** One choice excludes the others. */
  isExclusive: boolean
}

export function alternativesOf({ oneOf, anyOf }: JsonSchema): Alternatives[] {
  return [
    { schemas: oneOf, isExclusive: true },
    { schemas: anyOf, isExclusive: false },
  ].flatMap(({ schemas = [], isExclusive }) => {
    const choices = schemas.map(namesOnly)
    return choices.length > 1 && choices.every((names) => names !== undefined)
      ? [{ choices, isExclusive }]
      : []
  })
}

function namesOnly(schema: JsonSchema): readonly string[] | undefined {
  const { required = [], ...others } = schema
  return required.length > 0 && Object.keys(others).length === 0 ? required : undefined
}

/**
 * What is wrong with the choice that was made, said once: at the first field where nothing was given, at the last where
 * too much was.
 *
 * @param input What would be sent.
 */
export function alternativeErrors(
  alternatives: readonly Alternatives[],
  fields: readonly Field[],
  input: Readonly<Record<string, unknown>>,
): FieldErrors {
  return Object.fromEntries(
    alternatives.flatMap(({ choices, isExclusive }) => {
      const given = choices.filter((names) => names.every((name) => input[name] !== undefined))
      const isWrong = given.length === 0 || (isExclusive && given.length > 1)
      const name = given.at(-1)?.at(-1) ?? choices[0]?.[0]
      if (!isWrong || name === undefined) return []
      const amount = given.length > 0 ? 'only one' : isExclusive ? 'one' : 'at least one'
      return [[name, `Give ${amount} of these: ${wordsOf(choices, fields)}.`]]
    }),
  )
}

/** The fields whose errors may be about the named one: with it, they are put right. */
export function alternativesTo(name: string, alternatives: readonly Alternatives[]): string[] {
  return alternatives
    .map(({ choices }) => choices.flat())
    .filter((names) => names.includes(name))
    .flat()
}

function wordsOf(choices: Alternatives['choices'], fields: readonly Field[]): string {
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name
  const and = new Intl.ListFormat('en', { type: 'conjunction' })
  const or = new Intl.ListFormat('en', { type: 'disjunction' })
  return or.format(choices.map((names) => and.format(names.map(labelOf))))
}
