import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const readme = new URL('../../packages/client/README.md', import.meta.url)

it.each([
  new URL('../shared-tabs/headway-worker.ts', import.meta.url),
  new URL('../shared-tabs/open-client.ts', import.meta.url),
])('quotes %s in the README of the client', async (file) => {
  const code = await readFile(file, 'utf8')
  expect(await readFile(readme, 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\``)
})
