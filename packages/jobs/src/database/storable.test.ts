import { describe, expect, it } from 'vitest'
import { storableJson, storableText } from './storable.ts'

describe('storable values', () => {
  it('replaces what Postgres refuses, in text', () => {
    expect(storableText('a\0b\uD800')).toBe('a\uFFFDb\uFFFD')
  })

  it('replaces what Postgres refuses, in keys and values of JSON', () => {
    expect(storableJson({ 'k\0': ['\uDC00', '\n'] })).toBe('{"k\uFFFD":["\uFFFD","\\n"]}')
  })

  it('leaves alone what only looks like an escape', () => {
    expect(JSON.parse(storableJson('\\u0000 \\ud800 \\\\'))).toBe('\\u0000 \\ud800 \\\\')
    expect(JSON.parse(storableJson('👍 é'))).toBe('👍 é')
  })

  it('writes nothing as null', () => {
    expect(storableJson(undefined)).toBe('null')
  })
})
