import { MantineProvider } from '@mantine/core'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { JsonSchema } from '../lib/json-schema.ts'
import type { FieldErrors } from './field-errors.ts'
import { fieldsOf } from './field-shape.ts'
import { initialValues } from './form-values.ts'
import { SchemaFields } from './schema-fields.tsx'

const schema: JsonSchema = {
  type: 'object',
  properties: {
    url: { type: 'string', format: 'uri', description: 'The page to capture' },
    format: { enum: ['png', 'pdf'], default: 'png' },
    fullPage: { type: 'boolean', default: true },
    viewport: {
      type: 'object',
      description: 'Size of the window',
      properties: { width: { type: 'integer', minimum: 1, maximum: 4_000 } },
    },
    prompt: { type: 'string', maxLength: 2_000 },
    tags: { type: 'array', items: { type: 'string' } },
    extra: {},
  },
  required: ['url'],
}

function markupOf(errors: FieldErrors): string {
  const fields = fieldsOf(schema)
  return renderToStaticMarkup(
    <MantineProvider>
      <SchemaFields
        fields={fields}
        values={initialValues(fields)}
        errors={errors}
        onChange={() => undefined}
      />
    </MantineProvider>,
  )
}

it('draws a control for each field, named by its path', () => {
  const markup = markupOf({})
  expect(markup).toMatch(/<input[^>]*type="url"[^>]*name="url"|<input[^>]*name="url"[^>]*type="url"/)
  expect(markup).toContain('The page to capture')
  expect(markup).toContain('name="viewport.width"')
  expect(markup).toContain('from 1 to 4,000')
  expect(markup).toMatch(/<textarea[^>]*name="prompt"/)
  expect(markup).toMatch(/value="png"[^>]*checked|checked[^>]*value="png"/)
})

it.each([
  ['date', 'date'],
  ['date-time', 'datetime-local'],
  ['email', 'email'],
  ['url', 'url'],
  ['time', 'text'],
  ['toString', 'text'],
])('takes the control of the platform for a text of the format %s', (format, type) => {
  const fields = fieldsOf({ type: 'object', properties: { given: { type: 'string', format } } })
  const markup = renderToStaticMarkup(
    <MantineProvider>
      <SchemaFields fields={fields} values={initialValues(fields)} errors={{}} onChange={() => undefined} />
    </MantineProvider>,
  )
  expect(markup).toContain(`type="${type}"`)
})

it('says what is wrong with a field of a group', () => {
  const markup = markupOf({ 'viewport.width': 'Enter a whole number from 1 to 4,000.' })
  expect(markup).toContain('Enter a whole number from 1 to 4,000.')
  expect(markup).toContain('aria-invalid="true"')
})
