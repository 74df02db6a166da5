import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { signToken, uniqueUserId } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, type HttpFixture } from './http-fixture.ts'

const IMPORT = {
  type: 'import',
  description: 'Reads a file',
  inputSchema: {
    type: 'object',
    properties: { file: { type: 'string', format: 'upload' }, label: { type: 'string' } },
    required: ['file'],
    additionalProperties: false,
  },
  timeoutMs: 60_000,
  exclusive: false,
  priority: 0,
}

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp({
    bodyTimeoutMs: 300,
    uploadLimits: { maxBytes: 100_000, maxUnused: 2, perMinute: 100 },
  })
  await http.engine.operations.register([IMPORT])
})
afterAll(() => http.close())

const upload = (userId: string, body: string | Buffer = 'a,b\n', headers: Record<string, string> = {}) =>
  http.call('POST /api/uploads?name=orders.csv', {
    userId,
    body,
    headers: { 'content-type': 'text/csv; charset=utf-8', ...headers },
  })

async function names(): Promise<string[]> {
  return (await http.engine.db.selectFrom('uploads').select('user_id').execute()).map((row) => row.user_id)
}

/** A body that comes in pieces and does not say how long it is. */
async function uploadInPieces(userId: string, pieces: AsyncIterable<Uint8Array>): Promise<Response> {
  return fetch(`${http.url}/api/uploads?name=a`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await signToken({ userId })}` },
    body: ReadableStream.from(pieces),
    duplex: 'half',
  })
}

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < count; sent += 1) {
    yield Buffer.alloc(10_000, sent)
    await delay(1)
  }
}

describe('POST /api/uploads', () => {
  it('takes a file as it comes, and answers what a job is to be given', async () => {
    const userId = uniqueUserId()
    const { status, json } = await upload(userId)
    expect(status).toBe(201)
    expect(json).toEqual({
      uploadId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'orders.csv',
      contentType: 'text/csv',
      size: 4,
      expiresAt: expect.stringMatching(/Z$/),
    })
    expect(Date.parse(json.expiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000)
    const found = await http.engine.uploads.find(userId, json.uploadId)
    expect(await text(await found!.stream())).toBe('a,b\n')
  })

  it('takes a file that does not say how long it is, and JSON as a file', async () => {
    const userId = uniqueUserId()
    const response = await uploadInPieces(userId, pieces(9))
    expect(await response.json()).toMatchObject({ size: 90_000, contentType: 'application/octet-stream' })
    const json = await upload(userId, '{"a":', { 'content-type': 'application/json' })
    expect(json.json).toMatchObject({ size: 5, contentType: 'application/json' })
  })

  it('takes a file of which nothing was said, as curl --data-binary sends it', async () => {
    const userId = uniqueUserId()
    const sent = await upload(userId, 'a,b\n', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(sent.status).toBe(201)
    expect(sent.json).toMatchObject({ size: 4, contentType: 'application/octet-stream' })
    const body = { type: 'import', file: sent.json.uploadId }
    expect((await http.call('POST /api/jobs', { userId, body })).status).toBe(201)
  })

  it('refuses a form with a file in it, and says how it is sent', async () => {
    const userId = uniqueUserId()
    const body = new FormData()
    body.append('file', new Blob(['a,b\n'], { type: 'text/csv' }), 'orders.csv')
    const response = await fetch(`${http.url}/api/uploads?name=orders.csv`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await signToken({ userId })}` },
      body,
    })
    expect(response.status).toBe(415)
    expect(await response.json()).toMatchObject({
      code: 'bad_request',
      detail: expect.stringContaining('--data-binary @orders.csv'),
    })
    expect(await names()).not.toContain(userId)
  })

  it('refuses a file that is too large, whether it says so or not, and keeps nothing of it', async () => {
    const userId = uniqueUserId()
    for (const { status, json } of [
      await upload(userId, Buffer.alloc(100_001)),
      await uploadInPieces(userId, pieces(11)).then(async (response) => ({
        status: response.status,
        json: await response.json(),
      })),
    ]) {
      expect(status).toBe(413)
      expect(json).toMatchObject({
        code: 'payload_too_large',
        detail: expect.stringContaining('100000 bytes'),
      })
    }
    expect(await names()).not.toContain(userId)
  })

  it('keeps nothing of a file whose sender goes away in the middle', async () => {
    const userId = uniqueUserId()
    const { hostname, port } = new URL(http.url)
    const socket = connect(Number(port), hostname)
    const head = [
      'POST /api/uploads?name=a HTTP/1.1',
      `Host: ${hostname}`,
      `Authorization: Bearer ${await signToken({ userId })}`,
      'Content-Length: 50000',
      '',
      'the beginning',
    ]
    socket.write(head.join('\r\n'))
    await expect.poll(names).toContain(userId)
    socket.destroy()
    await expect.poll(names).not.toContain(userId)
    expect(http.log()).not.toContain('A request failed')
  })

  it('may take longer than any other body, as long as it comes at all', async () => {
    const { hostname, port } = new URL(http.url)
    const open = async (path: string) => {
      const authorization = `Authorization: Bearer ${await signToken({ userId: uniqueUserId() })}`
      const socket = connect(Number(port), hostname)
      const json = 'Connection: close\r\nContent-Type: application/json'
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: a\r\n${authorization}\r\n${json}\r\nContent-Length: 4\r\n\r\n`,
      )
      return { socket, answer: text(socket) }
    }
    const [job, file] = [await open('/api/jobs'), await open('/api/uploads?name=a')]
    for (const { socket } of [job, file]) socket.write('[1')
    // The body that is no file is cut off without an answer.
    expect(await job.answer).toBe('')
    file.socket.write('2]')
    expect(await file.answer).toContain('201 Created')
  })

  it('has so many of a user that no job has, and no more', async () => {
    const userId = uniqueUserId()
    const first = await upload(userId)
    await upload(userId)
    const third = await upload(userId)
    expect(third.status).toBe(429)
    expect(third.json).toMatchObject({ code: 'limit_exceeded' })
    await http.call('POST /api/jobs', { userId, body: { type: 'import', file: first.json.uploadId } })
    expect((await upload(userId)).status).toBe(201)
  })

  it('refuses what is no request for it', async () => {
    const userId = uniqueUserId()
    expect((await http.call('POST /api/uploads?name=a', { body: 'x' })).status).toBe(401)
    expect((await http.call('GET /api/uploads', { userId })).status).toBe(405)
    expect((await upload(userId, 'x', { 'content-encoding': 'gzip' })).status).toBe(415)
    for (const query of [
      '',
      '?name=',
      `?name=${'x'.repeat(201)}`,
      '?name=a%0Ab',
      '?name=a&name=b',
      '?nam=a',
    ]) {
      const { status, json } = await http.call(`POST /api/uploads${query}`, { userId, body: 'x' })
      expect([status, json.code], query).toEqual([400, 'bad_request'])
    }
    const { json } = await http.call(`POST /api/uploads?name=a%0Ab`, { userId, body: 'x' })
    expect(json.errors).toEqual([
      { pointer: 'name', detail: 'must have 1 to 200 characters, and none that controls a terminal' },
    ])
    expect(await names()).not.toContain(userId)
  })

  it('is told of in GET /api/limits', async () => {
    expect((await http.call('GET /api/limits')).json.uploads).toEqual({
      maxBytes: 52_428_800,
      unusedPerUser: 20,
      perMinutePerUser: 60,
      keptHours: 24,
    })
  })
})

describe('a job with an upload', () => {
  it('begins with one of its user alone, and the answer tells no more of others', async () => {
    const [ann, bob] = [uniqueUserId(), uniqueUserId()]
    const { uploadId } = (await upload(ann)).json
    const create = (userId: string, file: string) =>
      http.call('POST /api/jobs', { userId, body: { type: 'import', file } })
    const foreign = await create(bob, uploadId)
    const missing = await create(bob, '0199d4a4-0000-7000-8000-000000000000')
    const { requestId: _one, instance: _its, ...told } = foreign.json
    expect(missing.json).toMatchObject(told)
    expect(foreign.json).toMatchObject({
      status: 400,
      code: 'bad_request',
      errors: [{ pointer: '#/file', detail: 'is no upload of yours, or has expired' }],
    })
    const created = await create(ann, uploadId)
    expect(created.status).toBe(201)
    // And again: the same file, another job.
    expect((await create(ann, uploadId)).status).toBe(201)
    const links = await http.engine.db
      .selectFrom('job_uploads')
      .where('upload_id', '=', uploadId)
      .selectAll()
      .execute()
    expect(links).toHaveLength(2)
  })
})
