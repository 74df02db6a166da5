// oxlint-disable-next-line no-restricted-imports -- the dialect has no other address
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { OpenApiDocument, OpenApiOperation } from '../src/http/openapi/openapi-document.ts'
import type { Answer } from './http-fixture.ts'

/** Holds the answers of a server against its description. */
export class DescribedAnswers {
  /** What was answered so far: `createJob 201`, `createJob 400 bad_request`. */
  readonly seen = new Set<string>()
  readonly #document: OpenApiDocument
  readonly #ajv: Ajv2020

  constructor(document: OpenApiDocument) {
    this.#document = document
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, formats: { upload: true } })
    addFormats.default(this.#ajv)
    this.#ajv.addSchema(close(document) as OpenApiDocument, 'api')
  }

  /** Everything that can be answered, in the form of `seen`. */
  get described(): string[] {
    return this.#operations().flatMap(({ operation }) =>
      Object.entries(operation.responses).flatMap(([status, { content }]) => {
        const problem = content?.['application/problem+json']?.schema as
          | { allOf: [unknown, { properties: { code: { enum: string[] } } }] }
          | undefined
        const answer = `${operation.operationId} ${status}`
        return problem ? problem.allOf[1].properties.code.enum.map((code) => `${answer} ${code}`) : [answer]
      }),
    )
  }

  /** A request of each call, as `GET /api/jobs/7`, with these values in its path. */
  requests(values: Readonly<Record<string, string>>): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, operations]) => {
      const address = path.replaceAll(/\{(\w+)\}/g, (_parameter, name: string) => values[name] ?? '')
      return Object.keys(operations).map((method) => `${method.toUpperCase()} ${address}`)
    })
  }

  /** What of an answer is not as the description has it; empty where all is. */
  faultsOf(request: string, answer: Answer): string[] {
    const [method = '', address = ''] = request.split(' ')
    const path = address.replace(/\?.*/, '')
    const found = this.#operations().find(
      (each) => each.method === method.toLowerCase() && each.pattern.test(path),
    )
    if (!found) return [`${request} is not described`]
    const { operation, pointer } = found
    const called = `${operation.operationId} ${answer.status}`
    const response = operation.responses[answer.status]
    if (!response) return [`${called} is not described: ${answer.text.slice(0, 200)}`]
    const contentType = answer.headers.get('content-type')?.replace(/;.*/, '')
    const types = Object.keys(response.content ?? {})
    this.seen.add(contentType === 'application/problem+json' ? `${called} ${answer.json.code}` : called)
    if (types.length === 0) return answer.bytes.length === 0 ? [] : [`${called} has a body`]
    const type = types.find((each) => each === contentType || each === '*/*')
    if (type === undefined) return [`${called} is ${contentType}, not ${types.join(' or ')}`]
    if (!type.endsWith('json')) return []
    const body = `${pointer}/responses/${answer.status}/content/${escape(type)}/schema`
    const validate = this.#ajv.compile({ $ref: `api#${body}` })
    validate(answer.json)
    return faults(validate).map((fault) => `${called}${fault}`)
  }

  #operations(): { method: string; pattern: RegExp; pointer: string; operation: OpenApiOperation }[] {
    return Object.entries(this.#document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method,
        pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        pointer: `/paths/${escape(path)}/${method}`,
        operation,
      })),
    )
  }
}

function faults({ errors }: ValidateFunction): string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

function escape(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** Answers may have more members in later versions; those of this version are all described. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close)
  if (typeof value !== 'object' || value === null) return value
  const closed = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, close(child)]))
  const isOpen =
    'properties' in value && 'type' in value && value.type === 'object' && !('additionalProperties' in value)
  return isOpen ? { ...closed, additionalProperties: false } : closed
}
