// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { JsonSchema } from '../lib/json-schema.ts'
import { SchemaFields } from './schema-fields.tsx'
import { useSchemaForm } from './use-schema-form.ts'

const schema: JsonSchema = {
  type: 'object',
  properties: {
    due: { type: 'string', format: 'date' },
    note: { type: 'string', title: 'Note' },
    tag: { type: 'string', title: 'Tag' },
  },
  oneOf: [{ required: ['note'] }, { required: ['tag'] }],
}

let root: ReturnType<typeof createRoot>
let page: HTMLElement
const onSend = vi.fn<(input: unknown) => void>()

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  onSend.mockClear()
  page = document.body.appendChild(document.createElement('div'))
  root = createRoot(page)
  await act(async () =>
    root.render(
      <MantineProvider>
        <Form />
      </MantineProvider>,
    ),
  )
})
afterEach(async () => {
  await act(async () => root.unmount())
  page.remove()
  vi.unstubAllGlobals()
})

function Form() {
  const { ref, fields, values, errors, change, read } = useSchemaForm(schema)
  return (
    <form ref={ref}>
      <SchemaFields fields={fields} values={values} errors={errors} onChange={change} />
      <button type="button" onClick={() => onSend(read())}>
        Send
      </button>
    </form>
  )
}

async function send(): Promise<unknown> {
  await act(async () => page.querySelector('button')?.click())
  return onSend.mock.lastCall?.[0]
}

async function type(name: string, text: string): Promise<void> {
  const field = page.querySelector<HTMLInputElement>(`input[name="${name}"]`)!
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text)
  await act(async () => field.dispatchEvent(new Event('input', { bubbles: true })))
}

it('asks for one of several, and is content as soon as any of them is given', async () => {
  expect(await send()).toBeUndefined()
  expect(page.textContent).toContain('Give one of these: Note or Tag.')
  await type('tag', 'red')
  expect(page.textContent).not.toContain('Give one')
  expect(await send()).toEqual({ tag: 'red' })
})

it('sends no date of which a part was typed in, which the browser gives out as none', async () => {
  await type('tag', 'red')
  const due = page.querySelector('input[name="due"]')!
  Object.defineProperty(due, 'validity', { value: { badInput: true }, configurable: true })
  expect(await send()).toBeUndefined()
  expect(page.textContent).toContain('Fill in every part of this, or clear it.')
  Object.defineProperty(due, 'validity', { value: { badInput: false } })
  await type('due', '2026-11-21')
  expect(await send()).toEqual({ due: '2026-11-21', tag: 'red' })
})
