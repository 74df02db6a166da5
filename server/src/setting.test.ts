import { expect, it } from 'vitest'
import { flag, listOf, oneOf, url, wholeNumber } from './setting.ts'

function problemOf(schema: ReturnType<typeof wholeNumber> | ReturnType<typeof url>, value: unknown) {
  return schema.safeParse(value).error?.issues[0]?.message
}

it.each(['abc', '-1', '1.5', '1e3', ' 5', '0x10', '70000', '9'.repeat(40)])(
  'a number is not "%s"',
  (value) => {
    expect(problemOf(wholeNumber(0, 65_535, 3_000), value)).toBe(
      `is ${JSON.stringify(value)}, which is not a whole number from 0 to 65535. Set it like 3000.`,
    )
  },
)

it('says what a missing value must be', () => {
  expect(problemOf(url(['redis'], 'redis://localhost'), undefined)).toBe(
    'is not set. It must be a URL that starts with redis://. Set it like redis://localhost.',
  )
})

it('never repeats a URL, which may hold a password', () => {
  expect(problemOf(url(['redis'], 'redis://localhost'), 'http://:canary@host')).not.toMatch(/canary/)
})

it('reads flags, choices and lists', () => {
  expect(['1', 'true', 'TRUE', '0', 'false'].map((value) => flag().parse(value))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
  expect(flag().safeParse('yes').success).toBe(false)
  expect(flag().safeParse('constructor').success).toBe(false)
  expect(oneOf(['info', 'warn'], 'info').parse('warn')).toBe('warn')
  expect(listOf(['websocket', 'polling'], 'websocket').parse('polling, websocket')).toEqual([
    'polling',
    'websocket',
  ])
  expect(listOf(['websocket', 'polling'], 'websocket').safeParse('websocket,carrier-pigeon').success).toBe(
    false,
  )
})
