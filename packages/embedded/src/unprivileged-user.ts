import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Whom to run Postgres as: it refuses root. */
export interface UnprivilegedUser {
  readonly uid: number
  readonly gid: number
}

/** Undefined when we are not root, and Postgres can run as we do. Prefers `postgres`, else the `nobody` every system has. */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) }
}

/** Whether that user may enter the folder and all above it. Root's home, for one, is closed to everybody else. */
export function canEnter(folder: string, { uid, gid }: UnprivilegedUser): boolean {
  const { mode, uid: ownerUid, gid: ownerGid } = statSync(folder)
  const bit = ownerUid === uid ? 0o100 : ownerGid === gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  return dirname(folder) === folder || canEnter(dirname(folder), { uid, gid })
}
