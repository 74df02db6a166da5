import { expect, it } from 'vitest'
import { formatLogLine } from './log-line.ts'

it('leaves what is below a warning in the file', () => {
  expect(formatLogLine('{"level":30,"time":1,"msg":"Job completed"}')).toBeUndefined()
  expect(formatLogLine('')).toBeUndefined()
})

it('shows a warning with its fields, without the noise', () => {
  const line = '{"level":40,"time":1,"pid":7,"hostname":"h","jobId":"9","ms":12,"msg":"Redis is away"}'
  expect(formatLogLine(line)).toBe('warn  Redis is away  jobId=9  ms=12')
})

it('shows the stack of an error under it', () => {
  const line = '{"level":50,"msg":"Job failed","err":{"message":"no","stack":"Error: no\\n    at run"}}'
  expect(formatLogLine(line)).toBe('error  Job failed\n  Error: no\n      at run')
})

it('shows what is no log record, such as the last words of a crash', () => {
  expect(formatLogLine('TypeError: x is not a function')).toBe('TypeError: x is not a function')
  expect(formatLogLine('{"broken')).toBe('{"broken')
})
