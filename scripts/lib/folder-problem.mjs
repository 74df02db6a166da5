import { ROOT } from './repository.mjs'
import { SetupError } from './setup-error.mjs'

const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * A file that may not be written becomes words that say where to go on; any other error stays what it is.
 *
 * @param {unknown} error
 */
export function withFolderProblem(error) {
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error)
  if (!(error instanceof Error) || !REFUSALS.has(code ?? '') || path === undefined) return error
  return new SetupError(
    `${path} can't be written (${code}), and Headway installs and builds inside of its own folder.\n` +
      `Make ${ROOT} yours, or start a clone in a folder that is.`,
  )
}
