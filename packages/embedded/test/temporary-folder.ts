import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { removePostgresData } from '@headway/embedded'

/** A folder for the test that calls this. Others may enter it, unless told otherwise: under root, Postgres is another user. */
export function temporaryFolder({ mode = 0o711 } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'headway-embedded-'))
  chmodSync(folder, mode)
  onTestFinished(() => {
    removePostgresData(join(folder, 'postgres'))
    rmSync(folder, { recursive: true })
  })
  return folder
}
