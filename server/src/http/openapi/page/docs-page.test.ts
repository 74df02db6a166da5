import { expect, it } from 'vitest'
import { JsonSchemas } from '../../../json-schemas.ts'
import { publishedLimits } from '../../published-limits.ts'
import { describeApi } from '../describe-api.ts'
import type { OpenApiDocument } from '../openapi-document.ts'
import { curlExample } from './curl-example.ts'
import { docsPage } from './docs-page.ts'
import { html } from './html.ts'
import { schemaRules, schemaType } from './schema-type.ts'

function documentWith(inputSchema: Record<string, unknown>, text = 'Adds.'): OpenApiDocument {
  const operation = { type: text, description: text, inputSchema, available: true }
  const schemas = new JsonSchemas()
  const options = { limits: publishedLimits({}), schemas, hasDevToken: true, metrics: 'open' } as const
  return describeApi([operation], options)
}

function pageWith(inputSchema: Record<string, unknown>, text?: string): string {
  return docsPage(documentWith(inputSchema, text))
}

const STEPS = { type: 'integer', minimum: 1 }
const REHEARSE = { type: 'object', required: ['steps'], properties: { steps: STEPS, stepMs: STEPS } }

function exampleOf(id: string, document = documentWith(REHEARSE, 'rehearse')): string | undefined {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const call = calls.find(({ operation }) => operation.operationId === id)
  return call && curlExample(call.method, call.path, call.operation)
}

it('shows the words of an operation as words, whatever they are', () => {
  const evil = `</style><script>alert("&")</script>`
  const member = { type: 'string', description: evil, default: evil, pattern: `^${evil}$`, examples: [evil] }
  const page = pageWith({ type: 'object', properties: { [evil]: member, more: { enum: [evil] } } }, evil)
  expect(page).toContain('&#60;script&#62;')
  expect(page).not.toContain('<script')
  expect(page.match(/<\/style>/g)).toHaveLength(1)
})

it('ends with a schema that goes on without end', () => {
  const tree = { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } }
  expect(pageWith({ ...tree, $defs: { tree } })).toContain('NewJob.Adds.')
})

it.each([
  [{}, 'anything'],
  [{ type: 'string', format: 'date-time' }, 'string (date-time)'],
  [{ type: ['string', 'null'] }, 'string or null'],
  [{ type: 'array', items: { type: 'integer' } }, 'list of integer'],
  [{ anyOf: [{ type: 'object' }, { type: 'null' }] }, 'object or null'],
  [{ allOf: [{ type: 'object' }, {}] }, 'object and anything'],
  [{ enum: ['a', 1] }, '<code>&#34;a&#34;</code> | <code>1</code>'],
  [{ const: true }, '<code>true</code>'],
  [{ $ref: '#/components/schemas/JobView' }, '<a href="#schema-JobView">JobView</a>'],
  [{ $ref: '#/components/schemas/NewJob.sum/$defs/n' }, 'n'],
])('says what a value of %j is', (schema, type) => {
  expect(html`${schemaType(schema)}`.text).toBe(type)
})

it('says what a value may be', () => {
  const schema = { minimum: 1, maximum: 2000, maxLength: 3, pattern: '^a', default: 50, examples: ['a'] }
  expect(html`${schemaRules(schema)}`.text).toBe(
    'at least 1; at most 2,000; 3 characters or less; matches <code>^a</code>; default <code>50</code>; for example <code>&#34;a&#34;</code>',
  )
  // The largest number that is exact, and what a format says already, are no news.
  const plain = { maximum: Number.MAX_SAFE_INTEGER, format: 'uuid', pattern: '^[0-9a-f]' }
  expect(html`${schemaRules(plain)}`.text).toBe('')
})

it.each([
  [
    'createJob',
    `curl -X POST "$HEADWAY/api/jobs" \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H "Content-Type: application/json" \\\n  -d '{"type":"rehearse","steps":5,"stepMs":1000}'`,
  ],
  ['followJob', `curl -N "$HEADWAY/api/jobs/$JOB_ID/events" \\\n  -H "Authorization: Bearer $TOKEN"`],
  [
    'storeUpload',
    `curl -X POST "$HEADWAY/api/uploads?name=orders.csv" \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H "Content-Type: text/csv" --data-binary @orders.csv`,
  ],
])('shows how a shell makes the call %s', (id, example) => {
  expect(exampleOf(id)).toBe(example)
})

it('has no body for the shell where a deployment runs none of the operations that it knows', () => {
  expect(exampleOf('createJob', documentWith({ type: 'object' }))).toContain('-d @body.json')
})

it('has examples that the calls take', () => {
  const { paths, components } = documentWith(REHEARSE, 'rehearse')
  const contents = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ requestBody }) => requestBody?.content['application/json'] ?? []),
  )
  expect(contents).toHaveLength(5)
  for (const { schema, example } of contents) {
    expect(new JsonSchemas().check({ ...schema, components }, structuredClone(example))).toEqual([])
  }
})
