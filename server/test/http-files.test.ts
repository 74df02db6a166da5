import { randomUUID } from 'node:crypto'
import { get } from 'node:http'
import { signToken, uniqueUserId, waitFor } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, type HttpFixture } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

describe('GET /api/jobs/:jobId/text', () => {
  const text = 'Grüße, Welt! 👋 '.repeat(100)
  const bytes = Buffer.from(text)

  async function jobWithText(isFinished: boolean): Promise<{ userId: string; path: string }> {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    await attempt.chunk(text)
    await attempt.flush()
    if (isFinished) await attempt.complete(null)
    return { userId, path: `/api/jobs/${jobId}/text` }
  }

  it.each([
    ['while the job runs', false],
    ['after the job has ended', true],
  ])('gives the bytes %s', async (_, isFinished) => {
    const { userId, path } = await jobWithText(isFinished)
    const whole = await http.call(`GET ${path}`, { userId })
    expect(whole.status).toBe(200)
    expect(whole.text).toBe(text)
    expect(whole.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(whole.headers.get('content-length')).toBe(String(bytes.length))

    for (const [range, first, stop] of [
      ['bytes=2-5', 2, 6],
      ['bytes=100-', 100, bytes.length],
      ['bytes=-7', bytes.length - 7, bytes.length],
    ] as const) {
      const part = await http.call(`GET ${path}`, { userId, headers: { range } })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes ${first}-${stop - 1}/${bytes.length}`)
      expect(part.bytes).toEqual(bytes.subarray(first, stop))
    }
  })

  it('says where the text ends to a range behind it', async () => {
    const { userId, path } = await jobWithText(false)
    const answer = await http.call(`GET ${path}`, { userId, headers: { range: `bytes=${bytes.length}-` } })
    expect(problemOf(answer)).toBe('416 bad_request')
    expect(answer.headers.get('content-range')).toBe(`bytes */${bytes.length}`)
  })

  it('gives the whole for several ranges, and its length to HEAD', async () => {
    const { userId, path } = await jobWithText(true)
    expect((await http.call(`GET ${path}`, { userId, headers: { range: 'bytes=0-1,4-5' } })).status).toBe(200)
    const head = await http.call(`HEAD ${path}`, { userId })
    expect(head.headers.get('content-length')).toBe(String(bytes.length))
    expect(head.bytes).toHaveLength(0)
  })

  it('sends a text of megabytes in pieces', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    const line = `${'0123456789'.repeat(6_000)}\n`
    for (let n = 0; n < 45; n++) await attempt.chunk(line)
    await attempt.flush()
    expect((await http.call(`GET /api/jobs/${jobId}/text`, { userId })).text).toBe(line.repeat(45))
  })

  it('is empty for a job without text', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const answer = await http.call(`GET /api/jobs/${jobId}/text`, { userId })
    expect([answer.status, answer.text]).toEqual([200, ''])
  })
})

async function jobWithArtifact(
  name: string,
  contentType: string,
  data = 'data',
): Promise<{ userId: string; path: string }> {
  const userId = uniqueUserId()
  const { jobId } = await http.createJob(userId)
  const attempt = await http.claim(jobId)
  await attempt.running()
  const { artifactId } = await attempt.artifact(name, data, contentType)
  return { userId, path: `/api/jobs/${jobId}/artifacts/${artifactId}` }
}

describe('GET /api/jobs/:jobId/artifacts/:artifactId', () => {
  it('gives the file to its user', async () => {
    const { userId, path } = await jobWithArtifact('page.png', 'image/png', 'PNG…')
    const answer = await http.call(`GET ${path}`, { userId })
    expect([answer.status, answer.text]).toEqual([200, 'PNG…'])
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-length')).toBe('6')
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  })

  it('gives a part of it, and its headers to HEAD', async () => {
    const { userId, path } = await jobWithArtifact('a.txt', 'text/plain', '0123456789')
    for (const [range, part, contentRange] of [
      ['bytes=2-5', '2345', 'bytes 2-5/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-1', '9', 'bytes 9-9/10'],
    ] as const) {
      const answer = await http.call(`GET ${path}`, { userId, headers: { range } })
      expect([answer.status, answer.text]).toEqual([206, part])
      expect(answer.headers.get('content-range')).toBe(contentRange)
      expect(answer.headers.get('content-length')).toBe(String(part.length))
    }
    const behind = await http.call(`GET ${path}`, { userId, headers: { range: 'bytes=10-' } })
    expect([problemOf(behind), behind.headers.get('content-range')]).toEqual([
      '416 bad_request',
      'bytes */10',
    ])
    const head = await http.call(`HEAD ${path}`, { userId })
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '10', 0])
    expect(head.headers.get('accept-ranges')).toBe('bytes')
  })

  it('tells a browser that it has the file, until a later one takes its place', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    const { artifactId } = await attempt.artifact('a.txt', 'the first', 'text/plain')
    const path = `/api/jobs/${jobId}/artifacts/${artifactId}`
    const etag = (await http.call(`GET ${path}`, { userId })).headers.get('etag') ?? ''
    const again = () => http.call(`GET ${path}`, { userId, headers: { 'if-none-match': etag } })
    const part = { range: 'bytes=4-', 'if-range': etag }
    const rest = () => http.call(`GET ${path}`, { userId, headers: part })
    expect([(await again()).status, (await rest()).text]).toEqual([304, 'first'])
    await attempt.artifact('a.txt', 'the second', 'text/plain')
    expect([(await again()).status, (await again()).text]).toEqual([200, 'the second'])
    expect([(await rest()).status, (await rest()).text]).toEqual([200, 'the second'])
  })

  it('is sent to nobody who wants it only if there is none', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    const { artifactId } = await attempt.artifact('a.txt', 'the first', 'text/plain')
    const artifacts = `/api/jobs/${jobId}/artifacts`
    const headers = { 'if-none-match': '*' }
    const answer = await http.call(`GET ${artifacts}/${artifactId}`, { userId, headers })
    expect([answer.status, answer.text]).toEqual([304, ''])
    expect((await http.call(`GET ${artifacts}/${jobId}`, { userId, headers })).status).toBe(404)
  })

  it('takes the token from the address too, and only here', async () => {
    const { userId, path } = await jobWithArtifact('page.png', 'image/png')
    const token = await signToken({ userId })
    expect((await http.call(`GET ${path}?token=${token}`)).status).toBe(200)
    expect(problemOf(await http.call(`GET /api/jobs?token=${token}`))).toBe('401 unauthorized')
    expect(problemOf(await http.call(`GET ${path}?token=x`))).toBe('401 unauthorized')
    expect(problemOf(await http.call(`GET ${path}?token[]=${token}`))).toBe('401 unauthorized')
    expect(http.log()).not.toContain(token)
  })

  it.each(['text/html', 'image/svg+xml', 'application/javascript'])(
    'never lets a browser run %s',
    async (type) => {
      const { userId, path } = await jobWithArtifact('evil', type, '<script>alert(1)</script>')
      const { headers } = await http.call(`GET ${path}`, { userId })
      expect(headers.get('content-type')).toBe('application/octet-stream')
      expect(headers.get('content-disposition')).toMatch(/^attachment;/)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    },
  )

  it('answers every other name, and every other user, like a missing one', async () => {
    const { userId, path } = await jobWithArtifact('page.png', 'image/png')
    const [jobPath = ''] = path.split('/artifacts/')
    expect(problemOf(await http.call(`GET ${path}`, { userId: uniqueUserId() }))).toBe('404 not_found')
    const names = [
      randomUUID(),
      '..%2f..%2f..%2fetc%2fpasswd',
      '%252e%252e%252fetc%252fpasswd',
      '..%5C..%5Cetc',
      '%00',
      `${path.split('/').at(-1)}%00.png`,
      '%2Fetc%2Fpasswd',
      'C:%5Cwindows',
      'con',
    ]
    for (const name of names) {
      expect(problemOf(await http.call(`GET ${jobPath}/artifacts/${name}`, { userId }))).toBe('404 not_found')
    }
    const other = await http.createJob(userId)
    const ofOtherJob = path.replace(/jobs\/[^/]+/, `jobs/${other.jobId}`)
    expect(problemOf(await http.call(`GET ${ofOtherJob}`, { userId }))).toBe('404 not_found')
  })

  it('takes a reader who leaves in its middle for no failure of ours', async () => {
    const { userId, path } = await jobWithArtifact('big.txt', 'text/plain', 'x'.repeat(16_000_000))
    const authorization = `Bearer ${await signToken({ userId })}`
    const reader = get(`${http.url}${path}`, { headers: { authorization } }, () => reader.destroy())
    reader.on('error', () => undefined)
    await waitFor(() => http.log().includes(path))
    expect(http.log()).toContain('"isFinished":false')
    expect(http.log()).not.toContain('A request failed')
  })
})
