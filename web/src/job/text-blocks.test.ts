import { describe, expect, it } from 'vitest'
import { looksLikeMarkdown, markdownBlocks, plainBlocks } from './text-blocks.ts'

describe('plainBlocks', () => {
  it('loses nothing and keeps all blocks but the last while the text grows', () => {
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('')
    const before = plainBlocks(text.slice(0, 3_000), 500)
    const after = plainBlocks(text, 500)
    expect(after.join('')).toBe(text)
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
  })

  it('takes a text without line breaks as one block', () => {
    expect(plainBlocks('x'.repeat(100), 10)).toEqual(['x'.repeat(100)])
    expect(plainBlocks('')).toEqual([])
  })
})

describe('markdownBlocks', () => {
  it('cuts where a paragraph or heading begins', () => {
    const text = '# One\n\nFirst paragraph.\n\n## Two\n\nSecond.\n'
    expect(markdownBlocks(text, 1)).toEqual(['# One\n\n', 'First paragraph.\n\n', '## Two\n\n', 'Second.\n'])
  })

  it('keeps fenced code, lists and quotes whole', () => {
    const text = 'A\n\n```js\nconst a = 1\n\nconst b = 2\n```\n\nB\n\n- one\n\n- two\n\n  more of two\n\nC\n'
    const blocks = markdownBlocks(text, 1)
    expect(blocks.join('')).toBe(text)
    expect(blocks).toContain('```js\nconst a = 1\n\nconst b = 2\n```\n\n')
    expect(blocks).toContain('B\n\n- one\n\n- two\n\n  more of two\n\n')
  })

  it('keeps an unclosed fence whole while it is being written', () => {
    expect(markdownBlocks('A\n\n```\none\n\ntwo\n', 1)).toEqual(['A\n\n', '```\none\n\ntwo\n'])
  })
})

it('tells Markdown from plain text', () => {
  expect(looksLikeMarkdown('# Title\n\nText')).toBe(true)
  expect(looksLikeMarkdown('see [this](https://example.com)')).toBe(true)
  expect(looksLikeMarkdown('- a\n- b\n- c')).toBe(true)
  expect(looksLikeMarkdown('It is **7**.')).toBe(true)
  expect(looksLikeMarkdown('| a | b |\n| --- | ---: |\n')).toBe(true)
  expect(looksLikeMarkdown('xxxxxxxx xxxx #1 of 3')).toBe(false)
  expect(looksLikeMarkdown('2 ** 3 ** 4 | 5\n-----\n***')).toBe(false)
})
