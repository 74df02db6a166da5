import { expect } from 'vitest'
import type { Answer } from './http-fixture.ts'

/** Every error has this form, whatever went wrong. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.json).toMatchObject({
    type: `urn:headway:problem:${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code,
    requestId: answer.headers.get('x-request-id'),
  })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
}
