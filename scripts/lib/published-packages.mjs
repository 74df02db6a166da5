import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { manifests } from './manifests.mjs'
import { ROOT } from './repository.mjs'

/**
 * @typedef {object} PublishedPackage
 * @property {string} name
 * @property {string} folder absolute
 */

/** @returns {PublishedPackage[]} */
export function publishedPackages() {
  return manifests()
    .filter((file) => file.startsWith('packages/'))
    .flatMap((file) => {
      const { name, private: isPrivate } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
      return isPrivate === true ? [] : [{ name, folder: join(ROOT, dirname(file)) }]
    })
}

/**
 * Packs a package as it would be published, with the versions of the workspace in place of `workspace:*`.
 *
 * @param {PublishedPackage} published
 * @param {string} folder where the file goes
 * @returns {string} its path
 */
export function pack({ folder: source }, folder) {
  const answer = execFileSync('pnpm', ['pack', '--json', '--pack-destination', folder], {
    cwd: source,
    encoding: 'utf8',
  })
  return JSON.parse(answer).filename
}
