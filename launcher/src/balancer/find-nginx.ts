import { spawnSync } from 'node:child_process'
import { findOnPath } from '@headway/embedded'

/** Can be told where its log goes before it has read its configuration, and so needs no folder of the system's. */
const OLDEST_NGINX = [1, 19, 5] as const

/** An `nginx` on the PATH that is new enough, or undefined. */
export function findNginx(path = process.env['PATH'] ?? ''): string | undefined {
  return findOnPath(['nginx'], { path, isGood: isNewEnough })
}

function isNewEnough(file: string): boolean {
  // It says its version on stderr.
  const { stderr } = spawnSync(file, ['-v'], { encoding: 'utf8' })
  const [, ...version] = /nginx version: \S+\/(\d+)\.(\d+)\.(\d+)/.exec(stderr ?? '') ?? []
  if (version.length === 0) return false
  for (const [index, oldest] of OLDEST_NGINX.entries()) {
    const part = Number(version[index])
    if (part !== oldest) return part > oldest
  }
  return true
}
