import { describe, expect, it } from 'vitest'
import { sharedQuestion } from './shared-question.ts'

describe('sharedQuestion', () => {
  it('is asked once by all who ask at the same time, and anew afterwards', async () => {
    let asked = 0
    const question = sharedQuestion(async () => (asked += 1), 1_000)
    expect(await Promise.all([question(), question(), question()])).toEqual([1, 1, 1])
    expect(await question()).toBe(2)
  })

  it('does not ask again while nobody has answered, and gives up in time', async () => {
    let asked = 0
    const answer = Promise.withResolvers<string>()
    const question = sharedQuestion(() => {
      asked += 1
      return answer.promise
    }, 10)
    await expect(question()).rejects.toThrow('within 10 ms')
    await expect(question()).rejects.toThrow('within 10 ms')
    expect(asked).toBe(1)
    answer.resolve('at last')
    await answer.promise
    expect(await question()).toBe('at last')
  })

  it('tells of a failure, and asks anew', async () => {
    let asked = 0
    const question = sharedQuestion(async () => {
      asked += 1
      if (asked === 1) throw new Error('away')
      return asked
    }, 1_000)
    await expect(question()).rejects.toThrow('away')
    expect(await question()).toBe(2)
  })
})
