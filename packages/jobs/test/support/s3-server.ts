import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { S3Settings } from '../../src/artifacts/s3-settings.ts'
import { isSigned } from './s3-signature.ts'

interface StoredObject {
  bytes: Buffer
  modifiedAt: Date
}

interface Call {
  /** `PUT`, `GET ?list-type`, `POST ?uploads`: the method, and what makes it another operation. */
  name: string
  key: string
  query: URLSearchParams
  request: IncomingMessage
  response: ServerResponse
}

const CREDENTIALS = { accessKeyId: 'test-key-id', secretAccessKey: 'canary-of-the-secret-key' }
const BUCKET = 'headway-test'
const PAGE = 3
const OPERATIONS = ['list-type', 'uploads', 'uploadId']

/**
 * As much of S3 as the SDK asks of one here, in memory and strict: signatures are checked, parts have their smallest size, and pages of a list are
 * short. A test may let it refuse or swallow calls.
 */
export class S3Server {
  readonly objects = new Map<string, StoredObject>()
  /** Parts of uploads that are neither complete nor given up. */
  readonly uploads = new Map<string, Map<number, Buffer>>()
  readonly calls: string[] = []
  /** Answers a call in place of the server. True where it has. */
  intercept: (call: Call) => boolean = () => false
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  /** Closed when the test has finished. */
  static async open(): Promise<S3Server> {
    const server = new S3Server()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => server.close())
    return server
  }

  get settings(): S3Settings {
    const { port } = this.#server.address() as AddressInfo
    return {
      bucket: BUCKET,
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-test-1',
      credentials: CREDENTIALS,
      forcePathStyle: true,
      prefix: 'shared/',
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://s3')
    const [, bucket, ...path] = decodeURIComponent(pathname).split('/')
    const operation = OPERATIONS.find((name) => query.has(name))
    const name = operation === undefined ? `${request.method}` : `${request.method} ?${operation}`
    const call = { name, key: path.join('/'), query, request, response }
    this.calls.push(name)
    if (this.intercept(call)) return
    if (!isSigned(request, CREDENTIALS)) return fail(response, 403, 'SignatureDoesNotMatch')
    if (bucket !== BUCKET) return fail(response, 404, 'NoSuchBucket')
    await this.#perform(call).catch(() => response.destroy())
  }

  async #perform({ name, key, query, request, response }: Call): Promise<void> {
    const uploadId = query.get('uploadId') ?? ''
    switch (name) {
      case 'GET ?list-type':
        return this.#list(query, response)
      case 'GET':
      case 'HEAD':
        return this.#read(key, request, response)
      case 'PUT':
        this.#store(key, await buffer(request))
        return void response.writeHead(200, { etag: '"1"' }).end()
      case 'DELETE':
        this.objects.delete(key)
        return void response.writeHead(204).end()
      case 'POST ?uploads': {
        const id = randomUUID()
        this.uploads.set(id, new Map())
        return answer(
          response,
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        )
      }
      case 'PUT ?uploadId':
        this.uploads.get(uploadId)?.set(Number(query.get('partNumber')), await buffer(request))
        return void response.writeHead(200, { etag: '"1"' }).end()
      case 'POST ?uploadId': {
        const parts = [...(this.uploads.get(uploadId)?.values() ?? [])]
        if (parts.slice(0, -1).some((part) => part.length < 5_242_880))
          return fail(response, 400, 'EntityTooSmall')
        this.uploads.delete(uploadId)
        this.#store(key, Buffer.concat(parts))
        return answer(response, '<CompleteMultipartUploadResult/>')
      }
      case 'DELETE ?uploadId':
        this.uploads.delete(uploadId)
        return void response.writeHead(204).end()
      default:
        return fail(response, 501, 'NotImplemented')
    }
  }

  #store(key: string, bytes: Buffer): void {
    this.objects.set(key, { bytes, modifiedAt: new Date() })
  }

  #read(key: string, request: IncomingMessage, response: ServerResponse): void {
    const object = this.objects.get(key)
    if (object === undefined) return fail(response, 404, 'NoSuchKey')
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const bytes = first === undefined ? object.bytes : object.bytes.subarray(Number(first), Number(last) + 1)
    response.writeHead(first === undefined ? 200 : 206, {
      'content-length': bytes.length,
      'last-modified': object.modifiedAt.toUTCString(),
      etag: `"${createHash('md5').update(object.bytes).digest('hex')}"`,
    })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? ''
    const delimiter = query.get('delimiter') ?? ''
    const found = new Set<string>()
    for (const key of [...this.objects.keys()].toSorted()) {
      if (!key.startsWith(prefix)) continue
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      found.add(end === -1 ? key : key.slice(0, end + 1))
    }
    const start = Number(query.get('continuation-token') ?? 0)
    const stop = start + Math.min(PAGE, Number(query.get('max-keys') ?? PAGE))
    const entries = [...found]
      .slice(start, stop)
      .map((name) =>
        delimiter !== '' && name.endsWith(delimiter)
          ? `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`
          : `<Contents><Key>${name}</Key><LastModified>${this.objects.get(name)!.modifiedAt.toISOString()}</LastModified></Contents>`,
      )
    const next = stop < found.size ? `<NextContinuationToken>${stop}</NextContinuationToken>` : ''
    answer(response, `<ListBucketResult>${next}${entries.join('')}</ListBucketResult>`)
  }
}

function answer(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml)
}

/** Also for a test that lets a call fail. Like the real one it tells what was signed, which must not reach a log. */
export function fail(response: ServerResponse, status: number, code: string): void {
  const xml = `<Error><Code>${code}</Code><Message>${code}</Message><StringToSign>canary-of-the-signature</StringToSign></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', connection: 'close' }).end(xml)
}
