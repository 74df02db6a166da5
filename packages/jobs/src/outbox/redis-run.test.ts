import { describe, expect, it } from 'vitest'
import { parseRunId } from './redis-run.ts'

describe('parseRunId', () => {
  it('finds the run_id in what INFO says', () => {
    const info = '# Server\r\nredis_version:7.0.15\r\nrun_id:0f3a\r\ntcp_port:6379\r\n'
    expect(parseRunId(info)).toBe('0f3a')
  })

  it('says what to look at where there is none', () => {
    expect(() => parseRunId('# Server\r\n')).toThrow('May this user call INFO?')
  })
})
