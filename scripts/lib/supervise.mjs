import { spawn } from 'node:child_process'
import { ROOT } from './repository.mjs'

const PARENT_INTERVAL_MS = 1_000

/**
 * Runs a program in this terminal until it ends. Signals go on to it. It has an IPC channel: should this process be
 * killed, the program notices; should the npm that runs this process be killed, this process does.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
export function supervise(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => child.kill(signal))
    }
    const unwatch = watchParent(() => child.kill('SIGTERM'))
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`)
      resolve(127)
    })
    child.once('exit', (code) => {
      unwatch()
      resolve(code ?? 1)
    })
  })
}

/**
 * Calls `onEnd` when the npm that started us has ended, and nobody can stop us any more. The scripts of package.json begin
 * with `exec`, so that no shell stands between npm and us, which would keep a signal to itself.
 *
 * @param {() => void} onEnd
 * @returns {() => void} ends the watch
 */
function watchParent(onEnd) {
  if (!process.env.npm_lifecycle_event) return () => {}
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onEnd()
  }, PARENT_INTERVAL_MS)
  return () => clearInterval(timer)
}
