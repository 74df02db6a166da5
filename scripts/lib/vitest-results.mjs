import { existsSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { ROOT } from './repository.mjs'

/**
 * @typedef {object} TestResults
 * @property {number} passed
 * @property {{ name: string, message: string }[]} failures
 * @property {string[]} skipped
 */

/**
 * What a run of vitest has written with its JSON reporter; undefined when it did not come that far. The file is removed.
 *
 * @param {string} file
 * @returns {TestResults | undefined}
 */
export function takeTestResults(file) {
  if (!existsSync(file)) return undefined
  const report = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  /** @type {TestResults} */
  const results = { passed: 0, failures: [], skipped: [] }
  for (const { name: path, status, message, assertionResults } of report.testResults) {
    const file = relative(ROOT, path)
    for (const test of assertionResults) {
      const name = [file, ...test.ancestorTitles, test.title].join(' > ')
      if (test.status === 'passed') results.passed += 1
      else if (test.status === 'failed')
        results.failures.push({ name, message: test.failureMessages.join('\n') })
      else results.skipped.push(name)
    }
    // A file that could not even be loaded, or whose set-up failed.
    if (
      status === 'failed' &&
      !assertionResults.some((/** @type {{ status: string }} */ test) => test.status === 'failed')
    ) {
      results.failures.push({ name: file, message: message ?? '' })
    }
  }
  return results
}
