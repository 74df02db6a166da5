import { describe, expect, it } from 'vitest'
import { jsonTokens } from './json-tokens.ts'

describe('jsonTokens', () => {
  it('tells keys, strings and literals apart and loses no character', () => {
    const value = { url: 'https://a.test/"x": 1', n: -1.5e9, ok: true, none: null, list: [1, 'two'] }
    const tokens = jsonTokens(value)
    expect(tokens.map(({ text }) => text).join('')).toBe(JSON.stringify(value, null, 2))
    const textsOf = (kind: string) => tokens.filter((token) => token.kind === kind).map(({ text }) => text)
    expect(textsOf('key')).toEqual(['"url"', '"n"', '"ok"', '"none"', '"list"'])
    expect(textsOf('string')).toEqual([String.raw`"https://a.test/\"x\": 1"`, '"two"'])
    expect(textsOf('literal')).toEqual(['-1500000000', 'true', 'null', '1'])
  })

  it('cuts what is too long to be read', () => {
    const tokens = jsonTokens('x'.repeat(100_000))
    expect(tokens.at(-1)?.text).toContain('more characters')
  })
})
