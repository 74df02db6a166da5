import type { Request } from 'express'

/** What a browser sends of a form. */
export type FormFields = Readonly<Record<string, string>>

/** The fields of a form that are text, without spaces around it. */
export function readFields(request: Request): FormFields {
  const body = (request.body ?? {}) as Record<string, unknown>
  const texts = Object.entries(body).filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  )
  return Object.fromEntries(texts.map(([name, value]) => [name, value.trim()]))
}
