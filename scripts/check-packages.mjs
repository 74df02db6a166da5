/**
 * Finds what would break for those who install the packages that we publish: exports without a file, types that do not resolve, or that
 * say something else than what runs. They are ES modules alone, for bundlers and Node.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { pack, publishedPackages } from './lib/published-packages.mjs'
import { ROOT } from './lib/repository.mjs'

/** What nobody can have of a package that is ES modules with `exports`: the oldest resolution, and `require` for the types. */
const NOT_OFFERED = new Set(['node10', 'node16-cjs'])

const packages = publishedPackages()
const folder = mkdtempSync(join(tmpdir(), 'headway-packages-'))
try {
  for (const published of packages) {
    const problems = [...(await wrongPackage(published)), ...(await wrongTypes(pack(published, folder)))]
    for (const problem of problems) console.error(`${relative(ROOT, published.folder)}: ${problem}`)
    if (problems.length > 0) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
console.log(`${packages.length} packages checked`)

/**
 * @param {import('./lib/published-packages.mjs').PublishedPackage} published
 * @returns {Promise<string[]>}
 */
async function wrongPackage({ folder: pkgDir }) {
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: 'pnpm' })
  return messages.flatMap((message) => formatMessage(message, pkg, { color: false }) ?? [])
}

/**
 * @param {string} file
 * @returns {Promise<string[]>}
 */
async function wrongTypes(file) {
  const unpacked = createPackageFromTarballData(new Uint8Array(readFileSync(file)))
  const analysis = await checkPackage(unpacked, { excludeEntrypoints: [/\.css$/] })
  if (!analysis.types) return ['has no types']
  return analysis.problems
    .filter((problem) => !('resolutionKind' in problem && NOT_OFFERED.has(problem.resolutionKind)))
    .map((problem) => `${problem.kind} ${JSON.stringify(problem)}`)
}
