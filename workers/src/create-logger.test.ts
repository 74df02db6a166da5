import { expect, it } from 'vitest'
import { createLogger } from './create-logger.ts'

function logged(error: Error): { err: Record<string, unknown>; service: string } {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } })
  logger.error({ err: error }, 'failed')
  return JSON.parse(lines[0] ?? '') as ReturnType<typeof logged>
}

it('keeps what a driver adds to its errors out of the log, and the cause in it', () => {
  const cause = Object.assign(new Error('the cause'), { args: ['text of a job'] })
  const error = Object.assign(new Error('the query failed', { cause }), {
    code: '23505',
    detail: 'Key (text of a job)',
  })
  const line = logged(error)
  expect(line).toMatchObject({
    service: 'worker',
    err: { type: 'Error', message: 'the query failed', code: '23505', cause: { message: 'the cause' } },
  })
  expect(JSON.stringify(line)).not.toContain('text of a job')
})
