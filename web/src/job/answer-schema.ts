import type { JsonSchema } from '../lib/json-schema.ts'

const ANSWER = 'answer'

/** The form of a question: what to draw, and what to send of it. */
export interface AnswerSchema {
  schema: JsonSchema
  valueOf: (input: Readonly<Record<string, unknown>>) => unknown
}

/** An answer made of fields is its form; any other one is the only field of a form. */
export function answerSchemaOf(schema: JsonSchema): AnswerSchema {
  if (schema.properties !== undefined) return { schema, valueOf: (input) => input }
  return {
    schema: {
      type: 'object',
      properties: { [ANSWER]: schema },
      required: isNullable(schema) ? [] : [ANSWER],
      ...(schema.$defs === undefined ? {} : { $defs: schema.$defs }),
    },
    valueOf: ({ [ANSWER]: value = null }) => value,
  }
}

function isNullable({ type, anyOf = [] }: JsonSchema): boolean {
  const types = Array.isArray(type) ? type : [type]
  return types.includes('null') || anyOf.some((alternative) => alternative.type === 'null')
}
