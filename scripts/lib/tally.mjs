import { stripVTControlCharacters } from 'node:util'
import { dim, formatDuration, green, red, say, yellow } from './terminal.mjs'

const SHOWN_LINES = 60
const SHOWN_LINES_PER_TEST = 25

/** Counts what passed and failed, and says so in one line per check. */
export class Tally {
  passed = 0
  failed = 0
  /** @type {string[]} */
  skipped = []

  /**
   * @param {string} name
   * @param {number} ms
   * @param {import('./run-command.mjs').CommandResult} result
   */
  addCheck(name, ms, { code, output, isLate }) {
    this.#line(code === 0, name, ms)
    if (code === 0) {
      this.passed += 1
      return
    }
    this.failed += 1
    say(dim(lastLines(output, SHOWN_LINES)))
    if (isLate) say(red('It took too long and was ended.'))
  }

  /**
   * @param {string} name
   * @param {number} ms
   * @param {import('./run-command.mjs').CommandResult} result
   * @param {import('./vitest-results.mjs').TestResults | undefined} tests
   */
  addTests(name, ms, result, tests) {
    const failures = [...(tests?.failures ?? [])]
    // An error outside of any test, a crash, or a run that was ended: whatever vitest has said tells more.
    if (result.code !== 0 && failures.length === 0) {
      const message = `${result.isLate ? 'It took too long and was ended.\n' : ''}${lastLines(result.output, SHOWN_LINES)}`
      failures.push({ name: `${name}: vitest ended with code ${result.code}`, message })
    }
    this.passed += tests?.passed ?? 0
    this.failed += failures.length
    this.skipped.push(...(tests?.skipped ?? []))
    this.#line(failures.length === 0, name, ms, `${tests?.passed ?? 0} passed`)
    for (const failure of failures) {
      say(`${red('✗')} ${failure.name}`)
      say(
        dim(
          `  ${stripVTControlCharacters(failure.message).split('\n').slice(0, SHOWN_LINES_PER_TEST).join('\n  ')}`,
        ),
      )
    }
  }

  /** Skipped tests by name, then the line that `.ci/run` ends with. */
  finish() {
    if (this.skipped.length > 0)
      say(yellow(`Skipped:\n${this.skipped.map((name) => `  ${name}`).join('\n')}`))
    process.stdout.write(`\n${this.passed} passed, ${this.failed} failed\n`)
    return this.failed === 0 ? 0 : 1
  }

  /**
   * @param {boolean} isGood
   * @param {string} name
   * @param {number} ms
   * @param {string} [detail]
   */
  #line(isGood, name, ms, detail = '') {
    say(
      `${isGood ? green('✓') : red('✗')} ${name.padEnd(20)}${dim(formatDuration(ms).padEnd(12))}${dim(detail)}`,
    )
  }
}

/**
 * @param {string} text
 * @param {number} count
 */
function lastLines(text, count) {
  return stripVTControlCharacters(text).trimEnd().split('\n').slice(-count).join('\n')
}
