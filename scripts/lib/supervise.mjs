import { spawn } from 'node:child_process'
import { ROOT } from './repository.mjs'
import { say } from './terminal.mjs'
import { watchParent } from './watch-parent.mjs'

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
    child.once('exit', (code, signal) => {
      unwatch()
      if (signal)
        say(`! Headway’s launcher was ended (${signal}). What it ran stops by itself within seconds.`)
      resolve(code ?? 1)
    })
  })
}
