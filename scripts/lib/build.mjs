import { runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'
import { removeStaleOutput } from './stale-output.mjs'

/**
 * Builds what has changed. turbo knows from the contents of the files, so a second build takes no time.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string[]} [packages] these and what they need; all when empty
 * @throws {SetupError}
 */
export async function build({ env }, packages = []) {
  removeStaleOutput()
  const filters = packages.map((name) => `--filter=${name}`)
  const { code, output } = await runCommand(
    'turbo',
    ['run', 'build', '--output-logs=errors-only', ...filters],
    { env },
  )
  if (code !== 0) throw new SetupError('The build failed.', output)
}
