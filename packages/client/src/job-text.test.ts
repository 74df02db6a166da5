import { describe, expect, it } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import {
  EMPTY_TEXT,
  appendChunk,
  isTextMissing,
  loadText,
  sealText,
  truncateText,
  type JobText,
} from './job-text.ts'

function chunk(text: string, offset: number, attempt = 1): Parameters<typeof appendChunk>[1] {
  return { attempt, text, offset, end: offset + Buffer.byteLength(text) }
}

const running = truncateText(EMPTY_TEXT, 1, 0)

describe('job text (J2)', () => {
  it('counts UTF-8 bytes, not characters', () => {
    const text = appendChunk(appendChunk(running, chunk('Grüße 🚀', 0)), chunk('!', 12))
    expect(text).toMatchObject({ value: 'Grüße 🚀!', held: 13, end: 13 })
    expect(truncateText(text, 2, 8).value).toBe('Grüße ')
  })

  it('takes a chunk once, and only what is new of one that overlaps', () => {
    const text = appendChunk(running, chunk('abc', 0))
    expect(appendChunk(text, chunk('abc', 0))).toBe(text)
    expect(appendChunk(text, chunk('cde', 2)).value).toBe('abcde')
  })

  it('keeps a chunk over a hole and knows that something is missing', () => {
    const text = appendChunk(running, chunk('def', 3))
    expect(text.value).toBe('')
    expect(isTextMissing(text)).toBe(true)
    const filled = appendChunk(text, chunk('abc', 0))
    expect(filled.value).toBe('abcdef')
    expect(isTextMissing(filled)).toBe(false)
  })

  it('sees a hole of a single byte', () => {
    expect(appendChunk(running, chunk('b', 1)).value).toBe('')
  })

  it('cuts off what a lost attempt wrote, and ignores what that one still sends', () => {
    const lost = appendChunk(running, chunk('keep this, not this', 0))
    const cut = truncateText(lost, 2, 9)
    expect(cut.value).toBe('keep this')
    expect(isTextMissing(cut)).toBe(false)
    expect(appendChunk(cut, chunk(', not this', 9, 1))).toBe(cut)
    expect(appendChunk(cut, chunk(' and that', 9, 2)).value).toBe('keep this and that')
  })

  it('waits with chunks of an attempt whose beginning has not come', () => {
    const early = appendChunk(appendChunk(running, chunk('abcdef', 0)), chunk('X', 3, 2))
    expect(early.value).toBe('abcdef')
    expect(truncateText(early, 2, 3).value).toBe('abcX')
  })

  it('takes a snapshot of another attempt only as a whole', () => {
    const held = appendChunk(running, chunk('abcdef', 0))
    const doubted = loadText(held, { attempt: 2, text: 'Z', offset: 6, end: 7 })
    expect(isTextMissing(doubted)).toBe(true)
    expect(loadText(doubted, { attempt: 2, text: 'abcXYZ!', offset: 0, end: 7 })).toMatchObject({
      value: 'abcXYZ!',
      held: 7,
    })
  })

  it('asks anew when a cut may have taken text of the attempt itself', () => {
    const snapshot = loadText(EMPTY_TEXT, { attempt: 2, text: 'abcX', offset: 0, end: 4 })
    const cut = truncateText(snapshot, 2, 3)
    expect(isTextMissing(cut)).toBe(true)
    const pulled = loadText(cut, { attempt: 2, text: 'X', offset: 3, end: 4 })
    expect(pulled.value).toBe('abcX')
    expect(isTextMissing(pulled)).toBe(false)
  })

  it('knows from the end of the job that text is missing', () => {
    expect(isTextMissing(sealText(appendChunk(running, chunk('abc', 0)), 3))).toBe(false)
    expect(isTextMissing(sealText(appendChunk(running, chunk('abc', 0)), 4))).toBe(true)
  })

  it('is the text of the newest attempt, whatever is lost, repeated, late or pulled', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed)
      let server = Buffer.alloc(0)
      let attempt = 1
      let text: JobText = running
      const late: Parameters<typeof appendChunk>[1][] = []
      const pull = (): void => {
        const slice = server.subarray(text.held).toString()
        text = loadText(text, { attempt, text: slice, offset: text.held, end: server.length })
      }
      for (let step = 0; step < 40; step++) {
        if (random() < 0.08) {
          // Offsets lie between characters: cut behind a whole piece, which are all of the same length.
          const length = Math.floor((random() * server.length) / 6) * 6
          server = server.subarray(0, length)
          attempt += 1
          text = truncateText(text, attempt, length)
        }
        const piece = chunk(pick(random, ['é🚀', 'abcdef', 'ééé']), server.length, attempt)
        server = Buffer.concat([server, Buffer.from(piece.text)])
        const fate = pick(random, ['sent', 'sent', 'lost', 'twice', 'late'])
        if (fate === 'late') late.push(piece)
        if (fate === 'sent' || fate === 'twice') text = appendChunk(text, piece)
        if (fate === 'twice') text = appendChunk(text, piece)
        if (random() < 0.2 && late.length > 0) text = appendChunk(text, late.shift() as typeof piece)
        if (random() < 0.1) pull()

        const trace = `seed ${seed}, step ${step}`
        expect(Buffer.byteLength(text.value), trace).toBe(text.held)
        expect(server.toString().startsWith(text.value), trace).toBe(true)
      }
      text = sealText(text, server.length)
      for (let pulls = 0; isTextMissing(text) && pulls < 3; pulls++) pull()
      expect(text.value, `seed ${seed}`).toBe(server.toString())
    }
  })
})
