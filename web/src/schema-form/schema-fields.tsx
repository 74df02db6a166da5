import type { Field } from './field-shape.ts'
import type { FieldErrors } from './field-errors.ts'
import type { FormValues } from './form-values.ts'
import { isRecord } from './form-values.ts'
import { SchemaField } from './schema-field.tsx'

interface SchemaFieldsProps {
  fields: readonly Field[]
  values: FormValues
  errors: FieldErrors
  /** Path of the group that the fields are in, from the outside in. */
  path?: readonly string[]
  onChange: (path: readonly string[], value: unknown) => void
}

/** The controls of a schema's fields, groups within groups. */
export function SchemaFields({ fields, values, errors, path = [], onChange }: SchemaFieldsProps) {
  return fields.map((field) => {
    const fieldPath = [...path, field.name]
    const name = fieldPath.join('.')
    const value = values[field.name]
    const { shape } = field
    if (shape.kind === 'group') {
      return (
        <fieldset key={name} className="schema-fieldset">
          <legend>{field.label}</legend>
          {field.description !== undefined && <p className="schema-group-description">{field.description}</p>}
          <div className="schema-group">
            <SchemaFields
              fields={shape.fields}
              values={isRecord(value) ? value : {}}
              errors={errors}
              path={fieldPath}
              onChange={onChange}
            />
          </div>
        </fieldset>
      )
    }
    return (
      <SchemaField
        key={name}
        name={name}
        field={field}
        shape={shape}
        value={value}
        error={errors[name]}
        onChange={(next) => onChange(fieldPath, next)}
      />
    )
  })
}
