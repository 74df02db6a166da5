import { join } from 'node:path'
import { REPOSITORY, type LauncherConfig } from './config.ts'
import { findQuietPort } from '@headway/embedded'
import type { Program } from './supervised-program.ts'

type Environment = Readonly<Record<string, string>>

/** The ERP's own settings that whoever starts Headway may set. */
const SETTINGS = ['ERP_DELAY_MS', 'ERP_FAILURE_RATE', 'PATH']

export interface ErpDeployment {
  readonly programs: readonly Program[]
  /** What workers are told of it. */
  readonly env: Environment
}

/**
 * The small ERP that comes as an example, so that the operations that drive one can be tried: in the embedded mode, unless
 * `ERP_URL` names another.
 */
export async function erpProgram(
  env: Environment,
  { isEmbedded, dataDir }: Pick<LauncherConfig, 'isEmbedded' | 'dataDir'>,
): Promise<ErpDeployment> {
  if (!isEmbedded || (env['ERP_URL'] ?? '') !== '') return { programs: [], env: {} }
  const port = String(await findQuietPort())
  const account = { ERP_USER: env['ERP_USER'] ?? 'desk', ERP_PASSWORD: env['ERP_PASSWORD'] ?? 'desk' }
  const settings = Object.fromEntries(
    SETTINGS.map((name) => [name, env[name] ?? '']).filter(([, value]) => value),
  )
  const program = {
    name: 'erp',
    args: ['--disable-warning=ExperimentalWarning', join(REPOSITORY, 'examples/erp/main.ts')],
    env: { ...settings, ...account, ERP_PORT: port, ERP_FILE: join(dataDir, 'erp.json') },
  }
  return { programs: [program], env: { ...account, ERP_URL: `http://127.0.0.1:${port}` } }
}
