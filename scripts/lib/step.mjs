import { withFolderProblem } from './folder-problem.mjs'
import { dim, formatDuration, green, say } from './terminal.mjs'

/** What takes less needs no line of its own. */
const WORTH_SAYING_MS = 300

/**
 * Does one thing and, where it took its time, says so in one line.
 *
 * @template TResult
 * @param {string} name
 * @param {() => Promise<TResult>} work
 * @returns {Promise<TResult>}
 */
export async function step(name, work) {
  const start = performance.now()
  const line = process.stdout.isTTY
    ? setTimeout(() => process.stdout.write(`  ${dim('…')} ${name}\r`), WORTH_SAYING_MS)
    : undefined
  try {
    const result = await work()
    const ms = performance.now() - start
    if (ms > WORTH_SAYING_MS) say(`${green('✓')} ${name.padEnd(14)}${dim(formatDuration(ms))}`)
    return result
  } catch (error) {
    throw withFolderProblem(error)
  } finally {
    clearTimeout(line)
  }
}
