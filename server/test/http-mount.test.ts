import type { AddressInfo } from 'node:net'
import { uniqueUserId, signToken, TEST_JWT_SECRET } from '@headway/test-kit'
import express from 'express'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createJobRoutes, createTokenVerifier } from '../src/index.ts'
import { startHttp, type HttpFixture } from './http-fixture.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

it("the job routes work in somebody else's application, beside its own routes, parsers and errors", async () => {
  const app = express()
  app.use(express.json())
  const verifier = createTokenVerifier({ jwtSecret: TEST_JWT_SECRET })
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  app.use('/work', createJobRoutes({ engine: http.engine, verifier, logger }))
  app.get('/work/own', (_request, response) => void response.json({ own: true }))
  app.use((_request, response) => void response.status(404).json({ own: 'nothing here' }))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/work`
  const headers = {
    authorization: `Bearer ${await signToken({ userId: uniqueUserId() })}`,
    'content-type': 'application/json',
  }
  const post = (body: string) => fetch(`${url}/jobs`, { method: 'POST', headers, body })

  const created = await post('{"type":"sum","numbers":[1]}')
  expect(created.status).toBe(201)
  const { jobId } = (await created.json()) as { jobId: string }
  expect(created.headers.get('location')).toBe(`/work/jobs/${jobId}`)
  expect((await fetch(`${url}/jobs/${jobId}`, { headers })).status).toBe(200)

  const refused = await post('{"type":"sum"}')
  expect(await refused.json()).toMatchObject({
    status: 400,
    code: 'bad_request',
    requestId: expect.any(String),
  })
  expect(await (await post('{"type":"sum","numbers":[],"__proto__":{"x":1}}')).json()).toMatchObject({
    status: 400,
  })
  expect((await fetch(`${url}/jobs`)).status).toBe(401)

  expect(await (await fetch(`${url}/own`)).json()).toEqual({ own: true })
  expect(await (await fetch(`${url}/nothing`)).json()).toEqual({ own: 'nothing here' })
  server.closeAllConnections()
  server.close()
})
