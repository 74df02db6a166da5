import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { manifests } from './manifests.mjs'
import { ROOT } from './repository.mjs'

/**
 * Removes from every `dist` what was compiled from a source that is gone. Neither the compiler nor turbo does, and the
 * workers run every operation that they find there.
 */
export function removeStaleOutput() {
  for (const folder of manifests().map((file) => join(ROOT, dirname(file)))) {
    if (existsSync(join(folder, 'tsconfig.build.json')) && existsSync(join(folder, 'dist'))) {
      for (const file of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
        const source = join(folder, 'src', file.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts'))
        const isCompiled = /(\.d\.ts|\.js)(\.map)?$/.test(file)
        if (isCompiled && !existsSync(source) && !existsSync(`${source}x`)) rmSync(join(folder, 'dist', file))
      }
    }
  }
}
