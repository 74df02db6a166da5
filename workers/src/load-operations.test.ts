import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadOperations } from './load-operations.ts'

const define = new URL('./define-operation.ts', import.meta.url).href
const zod = import.meta.resolve('zod')

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headway-operations-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function write(file: string, type: string): Promise<void> {
  const source = `import { defineOperation } from ${JSON.stringify(define)}
    import { z } from ${JSON.stringify(zod)}
    export const helper = 1
    export const operation = defineOperation({
      type: '${type}', description: 'x', input: z.object({}), timeoutMs: 1000, run: async () => null,
    })`
  await writeFile(join(directory, file), source)
}

const load = () => loadOperations(pathToFileURL(`${directory}/`))

describe('loadOperations', () => {
  it('finds the built-in operations', async () => {
    const types = (await loadOperations()).map(({ type }) => type)
    expect(types).toEqual(
      expect.arrayContaining(['capture-page', 'extract-page', 'rehearse', 'submit-order', 'update-customer']),
    )
  })

  it('needs nothing but the file, and leaves tests and declarations alone', async () => {
    await write('one.ts', 'one')
    await write('two.js', 'two')
    await writeFile(join(directory, 'one.test.ts'), 'throw new Error("a test")')
    await writeFile(join(directory, 'two.d.ts'), 'export {}')
    await writeFile(join(directory, 'notes.md'), 'notes')
    expect((await load()).map(({ type }) => type)).toEqual(['one', 'two'])
  })

  it('refuses two operations of one type', async () => {
    await write('one.js', 'same')
    await write('two.js', 'same')
    await expect(load()).rejects.toThrow('have the type same')
  })

  it('names a file without an operation', async () => {
    await writeFile(join(directory, 'helper.js'), 'export const helper = 1')
    await expect(load()).rejects.toThrow('helper.js exports no operation')
  })
})
