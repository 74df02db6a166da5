import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A folder that any user can enter, for what Postgres must reach when root runs Headway in a folder of its own,
 * such as root's home. Only root gets here, and root may write there.
 */
export function outsideFolder(name: string): string {
  const folder = join('/var/lib/headway', name)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  return folder
}
