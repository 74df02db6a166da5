import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const readme = new URL('../../README.md', import.meta.url)
const example = new URL('../../../../examples/test-your-page/', import.meta.url)

it.each(['import-page.tsx', 'import-page.test.tsx'])(
  'quotes %s of the example, which is run',
  async (file) => {
    const code = await readFile(new URL(file, example), 'utf8')
    expect(await readFile(readme, 'utf8')).toContain(`\`\`\`tsx\n${code}\`\`\``)
  },
)
