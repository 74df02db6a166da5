import { expect, it } from 'vitest'
import { failureAdvice } from './failure-advice.ts'

it('names the remedy of a failure that has one', () => {
  expect(failureAdvice('url_not_allowed')).toContain('ALLOW_PRIVATE_URLS')
})

it('says what resume and start again do to all others', () => {
  expect(failureAdvice('operation_failed')).toMatch(/Resume .* Start again/)
  expect(failureAdvice(null)).toBe(failureAdvice('operation_failed'))
})
