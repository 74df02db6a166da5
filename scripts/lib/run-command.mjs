import { spawn } from 'node:child_process'
import { ROOT } from './repository.mjs'

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/**
 * @typedef {object} CommandResult
 * @property {number} code 0 when all went well; also non-zero when it was ended by a signal or ran too long
 * @property {string} output all that it printed
 * @property {boolean} isLate it was ended because it ran too long
 */

/**
 * Runs a command to its end and keeps what it prints. It leads a process group of its own, so that whatever it starts can
 * be ended with it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { env = process.env, timeoutMs = 600_000, onOutput } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      endGroup(child)
    }, timeoutMs)
    const finish = (/** @type {number} */ code) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, output, isLate })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (/** @type {string} */ text) => {
        output += text
        onOutput?.(text)
      })
    }
    child.once('error', (error) => {
      output += error.message
      finish(127)
    })
    // Not at 'close': something that the command left behind may hold its output open.
    child.once('exit', (code) => {
      endGroup(child)
      setImmediate(finish, isLate ? 124 : (code ?? 1))
    })
  })
}

/** Ends every command that still runs, with all that it started. */
export function endCommands() {
  for (const child of running) endGroup(child)
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
