import { expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'

const PROGRAMS = ['--server', 'file:///srv/main.ts', '--worker', 'file:///wrk/main.ts']
const parse = (...args: string[]) => parseArguments([...PROGRAMS, ...args], 1_700_000_000_000)

it('takes three seeds and all rows unless told otherwise', () => {
  expect(parse()).toMatchObject({ rows: [], minutes: 0, mode: 'rows' })
  expect(new Set(parse().seeds).size).toBe(3)
})

it('takes what it is told', () => {
  expect(parse('--row', '6', '--row', '8', '--seed', '42')).toMatchObject({ rows: [6, 8], seeds: [42] })
  expect(parse('--marathon', '--events', '5000')).toMatchObject({ mode: 'marathon', events: 5_000 })
  expect(parse('--mutants').mode).toBe('mutants')
})

it('says what to write instead', () => {
  expect(() => parse('--seed', 'x')).toThrow(
    '--seed is "x", which is not a whole number. Use it like --seed 6.',
  )
  expect(() => parse('--row', '7', '--row', '10')).toThrow(
    '--row is 10, and there is no such row. Rows: 1, 2,',
  )
  expect(() => parse('--mutant')).toThrow(expect.objectContaining({ code: 'bad_argument' }))
  expect(() => parseArguments([], 0)).toThrow('--server and --worker')
})
