/** Finds what would break for those who install the packages that we publish: exports without a file, types that do not resolve. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { manifests } from './lib/manifests.mjs'
import { ROOT } from './lib/repository.mjs'

const published = manifests().filter((file) => {
  return file.startsWith('packages/') && JSON.parse(readFileSync(join(ROOT, file), 'utf8')).private !== true
})

for (const file of published) {
  const { messages, pkg } = await publint({ pkgDir: join(ROOT, dirname(file)), strict: true, pack: 'pnpm' })
  for (const message of messages) {
    console.error(`${dirname(file)}: ${formatMessage(message, pkg, { color: false })}`)
    process.exitCode = 1
  }
}
console.log(`${published.length} packages checked`)
