import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { mutate, mutateCopy } from './mutated-copy.ts'
import { MUTANTS } from './mutants.ts'

const root = new URL('../../../../', import.meta.url)
const programs = {
  server: new URL('server/src/main.ts', root),
  worker: new URL('workers/src/main.ts', root),
}
const textOf = (file: string, folder: URL = root) => readFileSync(new URL(file, folder), 'utf8')

for (const mutant of MUTANTS) {
  it(`finds where "${mutant.name}" goes`, () => {
    const text = textOf(mutant.file)
    expect(mutate(text, mutant)).not.toBe(text)
  })
}

it('puts the fault into a copy, and leaves the product as it is', () => {
  const mutant = MUTANTS[0]!
  const before = textOf(mutant.file)
  const copy = mutateCopy(programs, mutant)
  expect(textOf(mutant.file, new URL('../../', copy.programs.server))).toBe(mutate(before, mutant))
  expect(textOf(mutant.file)).toBe(before)
  copy.remove()
  expect(existsSync(fileURLToPath(copy.programs.server))).toBe(false)
})

it('refuses a mutant whose text is gone', () => {
  expect(() => mutate('something else', MUTANTS[0]!)).toThrow('finds its text 0 times')
})
