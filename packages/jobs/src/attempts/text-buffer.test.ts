import { describe, expect, it } from 'vitest'
import { TextBuffer } from './text-buffer.ts'

describe('TextBuffer', () => {
  it('grows past its first capacity and keeps every byte', () => {
    const text = new TextBuffer(Buffer.from('start '))
    for (let index = 0; index < 2000; index += 1) text.append(`part ${index} `)
    expect(text.subarray(0).toString()).toBe(
      `start ${Array.from({ length: 2000 }, (_, index) => `part ${index} `).join('')}`,
    )
  })

  it('joins a character that was cut in two', () => {
    const text = new TextBuffer()
    const [high, low] = ['😀'.slice(0, 1), '😀'.slice(1)]
    text.append(`a${high}`)
    expect(text.length).toBe(1)
    text.append(`${low}b`)
    expect(text.subarray(0).toString()).toBe('a😀b')
  })

  it('counts bytes, not characters', () => {
    const text = new TextBuffer()
    text.append('é€')
    expect(text.length).toBe(5)
    expect(text.subarray(2, 5).toString()).toBe('€')
  })
})
