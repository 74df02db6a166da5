import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callTool, TOOL_RESULT_MAX_BYTES } from './call-tool.ts'
import { defineOrderTool, ToolFault, type ToolScope } from './order-tool.ts'
import { ORDER_TOOLS } from './order-tools.ts'

const tool = defineOrderTool({
  name: 'repeat',
  description: 'Repeats a word.',
  arguments: z.object({ word: z.string(), times: z.int().min(0).max(100_000).default(1) }),
  run: ({ word, times }, { userId }) => {
    if (word === 'broken') return Promise.reject(new Error('The database is away.'))
    if (word === 'never') return Promise.reject(new ToolFault('I never say never.'))
    return Promise.resolve({ said: word.repeat(times), userId })
  },
})

async function call(given: string, name: string = 'repeat') {
  // It asks for nothing of them.
  const scope: ToolScope = { userId: 'ada', orders: undefined as never }
  const { content, isFault } = await callTool({ id: '1', name, arguments: given }, [tool], scope)
  return { isFault, ...(JSON.parse(content) as Record<string, unknown>) }
}

describe('a call', () => {
  it('has its defaults filled in, and null counts as left out', async () => {
    expect(await call('{"word":"hi","times":null}')).toEqual({ isFault: false, said: 'hi', userId: 'ada' })
  })

  it.each([
    ['an unknown tool', '{}', 'shout', 'There is no tool "shout". Those that exist are repeat.'],
    ['no JSON', '{"word"', 'repeat', 'The arguments of repeat are not JSON: "{\\"word\\"". Call it again'],
    ['no object', '[1]', 'repeat', 'The arguments of repeat are not valid'],
    ['nothing at all', '', 'repeat', 'word'],
    ['a word too many', '{"word":"hi","userId":"eve"}', 'repeat', '#/userId is not known'],
    ['what the tool minds', '{"word":"never"}', 'repeat', 'I never say never.'],
  ])('with %s is answered with what is wrong', async (_what, given, name, error) => {
    expect(await call(given, name)).toEqual({ isFault: true, error: expect.stringContaining(error) })
  })

  it('is answered with no more than the model may be shown', async () => {
    const answer = await call(`{"word":"€","times":${TOOL_RESULT_MAX_BYTES / 2}}`)
    expect(answer).toEqual({ isFault: true, error: expect.stringContaining('Ask for less') })
  })

  it('fails the step where it is not the fault of the model', async () => {
    await expect(call('{"word":"broken"}')).rejects.toThrow('The database is away.')
  })
})

it('the tools take nothing that names a user, and nothing that they do not know', () => {
  for (const { parameters } of ORDER_TOOLS) {
    expect(parameters).toMatchObject({ type: 'object', additionalProperties: false })
    expect(JSON.stringify(parameters)).not.toMatch(/userId|\$schema/)
  }
})
