import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, readRootFile } from './repository.mjs'

/** The package.json files of the workspace, as `pnpm-workspace.yaml` lists their folders. */
export function manifests() {
  const list = /^packages:\n((?: +- .*\n)+)/m.exec(readRootFile('pnpm-workspace.yaml'))?.[1] ?? ''
  const folders = [...list.matchAll(/- ['"]?([^'"\n]+)/g)].flatMap(([, pattern = '']) => {
    return pattern.endsWith('/*') ? subfolders(pattern.slice(0, -2)) : [pattern]
  })
  return ['package.json', ...folders.map((folder) => `${folder}/package.json`)].filter((file) =>
    existsSync(join(ROOT, file)),
  )
}

/** @param {string} folder */
function subfolders(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`)
    .toSorted()
}
