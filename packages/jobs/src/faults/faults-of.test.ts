import { expect, it } from 'vitest'
import { z } from 'zod'
import { describeFaults, faultsOf } from './faults-of.ts'
import { PLAIN_WORDS } from './plain-words.ts'

function faults(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value, PLAIN_WORDS)
  return parsed.success ? '' : describeFaults(faultsOf(parsed.error))
}

it.each<[z.ZodType, unknown, string]>([
  [z.object({ a: z.string() }), {}, '#/a is required'],
  [z.object({ a: z.string() }), 3, 'must be an object'],
  [z.string(), 3, 'must be a string'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(z.int()), [1, 'x'], '#/1 must be a number'],
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.string().max(2), 'abc', 'must have at most 2 characters'],
  [z.array(z.int()).min(2), [], 'must have at least 2 entries'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().gt(1), 1, 'must be more than 1'],
  [z.number().lt(1), 1, 'must be less than 1'],
  [z.int().multipleOf(5), 3, 'must be a multiple of 5'],
  [z.enum(['x', 'y']), 'z', 'must be one of "x", "y"'],
  [z.literal(2), 3, 'must be 2'],
  [z.uuid(), 'x', 'must be a UUID'],
  [z.url(), 'x', 'must be a whole address, like https://example.com'],
  [z.string().regex(/^a$/), 'b', 'must match /^a$/'],
  [z.union([z.string(), z.int()]), true, 'is not valid'],
  [z.strictObject({}), { q: 1, 'a/b~c': 2 }, '#/q is not known; #/a~1b~0c is not known'],
])('says %# plainly what is wrong', (schema, value, words) => {
  expect(faults(schema, value)).toBe(words)
})

it('leaves the words of the schema as they are, but for a full stop in the middle of a line', () => {
  const schema = z
    .object({ name: z.string('must be the name of somebody') })
    .refine(() => false, { error: 'Give one of the two.', when: () => true })
  expect(faults(schema, { name: 1 })).toBe('#/name must be the name of somebody; Give one of the two')
})
