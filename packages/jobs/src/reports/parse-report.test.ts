import { describe, expect, it } from 'vitest'
import { MalformedReportError, parseReport } from './parse-report.ts'

const JOB = { v: '1', jobId: '6f4f3a52-7f0e-4a53-9b1f-0d6a2e6f1c11', userId: 'ada' }
const ORIGIN = { reportId: '5-0', jobId: JOB.jobId, userId: 'ada', attempt: undefined }

describe('parseReport', () => {
  it.each([
    [
      'a checkpoint',
      { ...JOB, kind: 'checkpoint', step: 'read', data: '{"rows":3}', textEnd: '12', attempt: '2', id: 'a' },
      {
        ...ORIGIN,
        kind: 'checkpoint',
        step: 'read',
        data: { rows: 3 },
        textEnd: 12,
        attempt: 2,
        reportId: 'a',
      },
    ],
    [
      'the least of a checkpoint',
      { ...JOB, kind: 'checkpoint', step: 'read' },
      { ...ORIGIN, kind: 'checkpoint', step: 'read', data: null, textEnd: undefined },
    ],
    [
      'a completion',
      { ...JOB, kind: 'complete', result: '[1]', durationMs: '80' },
      { ...ORIGIN, kind: 'complete', result: [1], durationMs: 80 },
    ],
    [
      'an error',
      { ...JOB, kind: 'error', message: 'no', retryable: 'true', code: 'upstream' },
      { ...ORIGIN, kind: 'error', message: 'no', retryable: true, code: 'upstream' },
    ],
    [
      'a final error without a code',
      { ...JOB, kind: 'error', message: 'no', retryable: '0' },
      { ...ORIGIN, kind: 'error', message: 'no', retryable: false, code: 'operation_failed' },
    ],
    [
      'progress',
      { ...JOB, kind: 'progress', progress: '33.333', label: 'x'.repeat(600) },
      { ...ORIGIN, kind: 'progress', progress: 33.33, label: 'x'.repeat(500) },
    ],
    ['text', { ...JOB, kind: 'chunk', text: 'naïve' }, { ...ORIGIN, kind: 'chunk', text: 'naïve' }],
  ])('reads %s', (_, fields, report) => {
    expect(parseReport(fields as unknown as Record<string, string>, '5-0')).toEqual(report)
  })

  it.each([
    ['v', { v: '2', kind: 'complete' }],
    ['jobId', { jobId: 'x', kind: 'complete' }],
    ['userId', { userId: 'a b', kind: 'complete' }],
    ['kind', { kind: 'started' }],
    ['attempt', { kind: 'complete', attempt: '-1' }],
    ['id', { kind: 'complete', id: 'x'.repeat(201) }],
    ['step', { kind: 'checkpoint' }],
    ['step', { kind: 'checkpoint', step: 'x'.repeat(201) }],
    ['data', { kind: 'checkpoint', step: 'a', data: '{' }],
    ['data', { kind: 'checkpoint', step: 'a', data: JSON.stringify('x'.repeat(1_048_576)) }],
    ['data', { kind: 'checkpoint', step: 'a', data: '['.repeat(201) + ']'.repeat(201) }],
    ['textEnd', { kind: 'checkpoint', step: 'a', textEnd: '1.5' }],
    ['result', { kind: 'complete', result: 'canary' }],
    ['durationMs', { kind: 'complete', durationMs: 'soon' }],
    ['progress', { kind: 'progress', progress: '101' }],
    ['progress', { kind: 'progress', progress: '1e1' }],
    ['progress', { kind: 'progress', label: 'canary' }],
    ['text', { kind: 'chunk', text: 'é'.repeat(32_769) }],
    ['message', { kind: 'error', retryable: '1' }],
    ['retryable', { kind: 'error', message: 'no' }],
    ['code', { kind: 'error', message: 'no', retryable: '1', code: 'Not a word' }],
  ])('J47: names what is wrong with %s, and not the value', (name, fields) => {
    const parse = () => parseReport({ ...JOB, ...fields }, '5-0')
    expect(parse).toThrow(MalformedReportError)
    expect(parse).toThrow(new RegExp(`^${name} `))
    expect(parse).not.toThrow(/canary/)
  })
})
