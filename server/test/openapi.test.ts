import { signToken, uniqueUserId } from '@headway/test-kit'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OpenApiDocument } from '../src/http/openapi/openapi-document.ts'
import { startHttp, SUM, type Answer, type HttpFixture } from './http-fixture.ts'
import { servedCalls } from './served-calls.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp({
    devToken: { jwtSecret: 'a secret' },
    metrics: { registry: new Registry(), token: 'scraper' },
  })
})
afterAll(() => http.close())

async function describedBy(server: HttpFixture): Promise<OpenApiDocument> {
  const { json } = await server.call('GET /api/openapi.json')
  return json
}

/** Every call of a description, as `get /api/jobs`. */
function callsOf({ paths }: OpenApiDocument): string[] {
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls).map((method) => `${method} ${path}`),
  )
}

async function validate(document: OpenApiDocument) {
  return new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)
}

it('describes every call that is served, and no other', async () => {
  const document = await describedBy(http)
  const served = servedCalls(http.app)
  expect(served.length).toBeGreaterThan(20)
  expect(callsOf(document).toSorted()).toEqual(served.toSorted())
})

it('leaves out what a deployment does not serve', async () => {
  const bare = await startHttp()
  try {
    const document = await describedBy(bare)
    expect(callsOf(document).toSorted()).toEqual(servedCalls(bare.app).toSorted())
    expect(document.paths).not.toHaveProperty(['/metrics'])
    expect(document.paths).not.toHaveProperty(['/api/auth/dev-token'])
  } finally {
    await bare.close()
  }
})

it('is a valid document of OpenAPI 3.1, in which each call has its own name', async () => {
  const document = await describedBy(http)
  expect(await validate(document)).toEqual({ valid: true })
  const names = Object.values(document.paths).flatMap((calls) =>
    Object.values(calls).map((call) => call.operationId),
  )
  expect(new Set(names).size).toBe(names.length)
})

it('refers to nothing that is not there', async () => {
  const document = await describedBy(http)
  const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)].map(
    ([, name]) => name,
  )
  expect(new Set(names).size).toBeGreaterThan(15)
  expect(names.filter((name) => !Object.hasOwn(document.components.schemas, name ?? ''))).toEqual([])
})

it('says of each call who may make it', async () => {
  const { paths } = await describedBy(http)
  expect(paths['/api/jobs']?.['get']?.security).toEqual([{ token: [] }])
  expect(paths['/api/jobs/{jobId}/artifacts/{artifactId}']?.['get']?.security).toEqual([
    { token: [] },
    { tokenInAddress: [] },
  ])
  expect(paths['/metrics']?.['get']?.security).toEqual([{ metricsToken: [] }])
  expect(paths['/api/limits']?.['get']?.security).toEqual([])
})

it('has the operations that are registered, as they are now', async () => {
  const server = await startHttp()
  try {
    const before = await server.call('GET /api/openapi.json')
    expect(Object.keys(inputsOf(before))).toEqual(['sum'])

    const shout = {
      ...SUM,
      type: 'shout:loud',
      inputSchema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { word: { $ref: '#/$defs/word' } },
        required: ['word'],
        additionalProperties: false,
        $defs: { word: { type: 'string', minLength: 1 } },
      },
      unavailableReason: 'The secret megaphone is at the menders.',
    }
    await server.engine.operations.register([shout])
    const after = await server.call('GET /api/openapi.json')
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    expect(await validate(after.json)).toEqual({ valid: true })
    expect(inputsOf(after)['shout:loud']).toMatchObject({
      properties: {
        type: { const: 'shout:loud' },
        word: { $ref: '#/components/schemas/NewJob.shout_loud/$defs/word' },
      },
      required: ['type', 'word'],
      additionalProperties: false,
    })
    // Why it can't run is told to users alone.
    expect(after.text).toContain('Not available at the moment')
    expect(after.text).not.toContain('megaphone')
  } finally {
    await server.close()
  }
})

/** The schema of each operation's body, by its type. */
function inputsOf({ json }: Answer): Record<string, unknown> {
  const { schemas } = (json as OpenApiDocument).components
  const { mapping } = schemas['NewJob']!['discriminator'] as { mapping: Record<string, string> }
  return Object.fromEntries(
    Object.entries(mapping).map(([type, ref]) => [type, schemas[ref.split('/').at(-1) ?? '']]),
  )
}

it('is there for everybody, and sent again only when it has changed', async () => {
  for (const [address, contentType] of [['/api/openapi.json', 'application/json; charset=utf-8']] as const) {
    const answer = await http.call(`GET ${address}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(contentType)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")

    const etag = answer.headers.get('etag') ?? ''
    const again = await http.call(`GET ${address}`, { headers: { 'if-none-match': etag } })
    expect([again.status, again.text]).toEqual([304, ''])
    const other = await http.call(`GET ${address}`, { headers: { 'if-none-match': '"another"' } })
    expect(other.status).toBe(200)
    const wrong = await http.call(`POST ${address}`, { token: await signToken({ userId: uniqueUserId() }) })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET'])
  }
})
