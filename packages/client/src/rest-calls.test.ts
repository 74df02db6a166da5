import { expect, it, vi } from 'vitest'
import { callApi, type RestCall, type RestParts } from './rest-calls.ts'
import { TokenSource } from './token-source.ts'

/** A way to call with these options. */
function callsOf(options: RestParts): { call: (path: string, call?: RestCall) => Promise<unknown> } {
  return { call: (path, call) => callApi(options, path, call) }
}

function callsWith(...responses: (Response | Error)[]): {
  rest: ReturnType<typeof callsOf>
  fetched: ReturnType<typeof vi.fn<typeof fetch>>
} {
  let tokens = 0
  const fetched = vi.fn<typeof fetch>(async () => {
    const response = responses.shift() as Response | Error
    if (response instanceof Error) throw response
    return response
  })
  const source = new TokenSource({ getToken: () => `token-${++tokens}` })
  return {
    rest: callsOf({ options: { url: 'https://jobs.example.com/', fetch: fetched }, tokens: source }),
    fetched,
  }
}

it('calls with the client’s token, renewed once when it is refused', async () => {
  const { rest, fetched } = callsWith(
    new Response(null, { status: 401 }),
    Response.json({ jobId: 'j' }, { status: 202 }),
  )
  expect(await rest.call('/api/jobs/j/resume', { method: 'POST' })).toEqual({ jobId: 'j' })
  expect(fetched.mock.calls.map(([url, init]) => [url, init?.method, init?.headers])).toEqual([
    ['https://jobs.example.com/api/jobs/j/resume', 'POST', { authorization: 'Bearer token-1' }],
    ['https://jobs.example.com/api/jobs/j/resume', 'POST', { authorization: 'Bearer token-2' }],
  ])
})

it('adds the token to the headers of the call', async () => {
  const { rest, fetched } = callsWith(Response.json({ jobId: 'j' }, { status: 201 }))
  const headers = { 'idempotency-key': 'k' }
  await rest.call('/api/jobs', { method: 'POST', headers, body: '{}' })
  expect(fetched.mock.calls[0]?.[1]).toMatchObject({
    headers: { ...headers, authorization: 'Bearer token-1' },
    body: '{}',
  })
})

it('throws the code of a problem, and unavailable where the server was not reached', async () => {
  const problem = { title: 'Conflict', detail: 'The job is running.', code: 'conflict' }
  const { rest } = callsWith(
    Response.json(problem, { status: 409 }),
    new Error('refused'),
    new Response('<html>', { status: 502 }),
  )
  await expect(rest.call('/api/jobs/j')).rejects.toMatchObject({
    code: 'conflict',
    message: 'The job is running.',
  })
  await expect(rest.call('/api/jobs/j')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(rest.call('/api/jobs/j')).rejects.toMatchObject({ code: 'internal', retryAfterMs: undefined })
})

it('says when the server wants the call again', async () => {
  const headers = { 'retry-after': '30' }
  const { rest } = callsWith(Response.json({ code: 'rate_limited' }, { status: 429, headers }))
  const refusal = { code: 'rate_limited', retryAfterMs: 30_000 }
  await expect(rest.call('/api/jobs')).rejects.toMatchObject(refusal)
})

it('throws an error with a code where the application has no token, and where a proxy answers in the server’s place', async () => {
  const cause = new Error('signed out')
  const tokens = new TokenSource({ getToken: () => Promise.reject(cause) })
  const rest = callsOf({ options: {}, tokens })
  await expect(rest.call('/api/jobs')).rejects.toMatchObject({
    name: 'RequestError',
    code: 'unavailable',
    message: '/api/jobs was not answered (Error: getToken failed: Error: signed out). Try again.',
    cause: { cause },
  })
  const { rest: behindProxy } = callsWith(new Response('<html>'))
  await expect(behindProxy.call('/api/jobs')).rejects.toMatchObject({
    name: 'RequestError',
    code: 'unavailable',
  })
})

it('waits for an answer no longer than a minute, or as long as its caller says', async () => {
  const { signal: own } = new AbortController()
  const minute = new AbortController()
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(minute.signal)
  const signals: unknown[] = []
  const unanswered: typeof fetch = async (_url, init) => {
    signals.push(init?.signal)
    await new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('too late')))
    })
    return new Response()
  }
  const rest = callsOf({ options: { fetch: unanswered }, tokens: new TokenSource({ token: 't' }) })
  const call = rest.call('/api/jobs')
  void rest.call('/api/jobs', { signal: own })
  await vi.waitFor(() => expect(signals).toEqual([minute.signal, own]))
  expect(timeout).toHaveBeenCalledWith(60_000)
  minute.abort()
  await expect(call).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('too late') as string,
  })
  timeout.mockRestore()
})
