import { execFileSync } from 'node:child_process'
import { findOnPath } from './find-on-path.ts'

/** Streams are trimmed by age since 6.2, and the queue asks for it too. */
const OLDEST_REDIS = [6, 2] as const

/** A `valkey-server` or `redis-server` on the PATH that is new enough, or undefined. */
export function findRedisBinary(path = process.env['PATH'] ?? ''): string | undefined {
  return findOnPath(['valkey-server', 'redis-server'], { path, isGood: isNewEnough })
}

function isNewEnough(file: string): boolean {
  try {
    const answer = execFileSync(file, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [, major = '0', minor = '0'] = /v=(\d+)\.(\d+)/.exec(answer) ?? []
    return (
      Number(major) > OLDEST_REDIS[0] ||
      (Number(major) === OLDEST_REDIS[0] && Number(minor) >= OLDEST_REDIS[1])
    )
  } catch {
    return false
  }
}
