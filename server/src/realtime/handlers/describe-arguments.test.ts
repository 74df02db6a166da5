import { PLAIN_WORDS } from '@headway/jobs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { cursorArgument, jobIdArgument } from './arguments.ts'
import { describeArguments } from './describe-arguments.ts'

const schema = z.tuple([jobIdArgument, z.object({ cursor: cursorArgument.optional() }).nullish()])
const JOB_ID = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'

it.each([
  [['zzz'], 'argument 1 must be the UUID of a job'],
  [[7], 'argument 1 must be the UUID of a job'],
  [[JOB_ID, { cursor: -1 }], 'argument 2 #/cursor must be at least 0'],
  [['zzz', 'x'], 'argument 1 must be the UUID of a job; argument 2 must be an object'],
  [[], 'it has fewer than its 1 argument before the callback'],
  [[JOB_ID, {}, 3], 'it has more than its 2 arguments before the callback'],
])('says of %j what is wrong with it', (values, words) => {
  const { error } = schema.safeParse(values, PLAIN_WORDS)
  expect(error && describeArguments('subscribe:job', error)).toBe(`subscribe:job: ${words}.`)
})
