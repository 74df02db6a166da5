import { useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import type { JsonSchema } from '../lib/json-schema.ts'
import { alternativeErrors, alternativesOf, alternativesTo } from './alternatives.ts'
import { fieldErrors, type FieldErrors } from './field-errors.ts'
import { fieldsOf, type Field } from './field-shape.ts'
import { initialValues, inputOf, withValue, type FormValues } from './form-values.ts'

/** A form made from a schema: what `SchemaFields` draws, and what is to be sent. */
export interface SchemaForm {
  /** For the `form` element: after a refusal its first wrong field gets the focus. */
  ref: RefObject<HTMLFormElement | null>
  fields: readonly Field[]
  values: FormValues
  errors: FieldErrors
  change: (path: readonly string[], value: unknown) => void
  /** What was typed in; undefined where something is wrong with it, which the form shows then. */
  read: () => Record<string, unknown> | undefined
  /** Shows what the server has found wrong. */
  refuse: (errors: FieldErrors) => void
}

/** @param given What the form begins with, where the schema's defaults are not wanted. */
export function useSchemaForm(schema: JsonSchema, given?: FormValues): SchemaForm {
  const fields = useMemo(() => fieldsOf(schema), [schema])
  const alternatives = useMemo(() => alternativesOf(schema), [schema])
  const [values, setValues] = useState(() => initialValues(fields, given))
  const [errors, setErrors] = useState<FieldErrors>({})
  const ref = useRef<HTMLFormElement>(null)
  useFocusOnFirstError(ref, errors)
  return {
    ref,
    fields,
    values,
    errors,
    change: (path, value) => {
      setValues((current) => withValue(current, path, value))
      const corrected = [path.join('.'), ...alternativesTo(path[0] ?? '', alternatives)]
      setErrors((current) =>
        Object.fromEntries(Object.entries(current).filter(([name]) => !corrected.includes(name))),
      )
    },
    read: () => {
      const mistakes = { ...fieldErrors(fields, values), ...halfTyped(ref.current) }
      if (hasSome(mistakes)) {
        setErrors(mistakes)
        return undefined
      }
      const input = inputOf(fields, values)
      const found = alternativeErrors(alternatives, fields, input)
      setErrors(found)
      return hasSome(found) ? undefined : input
    },
    refuse: setErrors,
  }
}

/** A control for a date holds nothing until the date is whole: what was typed in would be left out without a word. */
function halfTyped(form: HTMLFormElement | null): FieldErrors {
  const controls = form?.querySelectorAll('input') ?? []
  const incomplete = Array.from(controls).filter(({ validity }) => validity.badInput)
  return Object.fromEntries(incomplete.map(({ name }) => [name, 'Fill in every part of this, or clear it.']))
}

/** After a refusal the first wrong field is where one goes on. */
function useFocusOnFirstError(form: RefObject<HTMLFormElement | null>, errors: FieldErrors): void {
  const hadErrors = useRef(false)
  useEffect(() => {
    const hasErrors = hasSome(errors)
    if (hasErrors && !hadErrors.current) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    }
    hadErrors.current = hasErrors
  }, [form, errors])
}

function hasSome(errors: FieldErrors): boolean {
  return Object.keys(errors).length > 0
}
