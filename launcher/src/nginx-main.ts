/**
 * nginx as a program of the launcher: `nginx-main <settings as JSON>`. It is nginx's guardian: an nginx whose parent is
 * killed goes on, and workers whose master is killed do too, so this process ends them with itself. Should it be killed
 * itself, the launcher ends its process group, and should both be, the next start does (`leftover-nginx.ts`).
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BalancerSettings } from './balancer/balancer-settings.ts'
import { noteNginx, removeNginxNote } from './balancer/leftover-nginx.ts'
import { nginxConfig, nginxPidFile } from './balancer/nginx-config.ts'
import { nginxLogLine } from './balancer/nginx-log-line.ts'

const READY_INTERVAL_MS = 20
/** It has nothing to finish: what it balances has ended before. */
const STOP_TIMEOUT_MS = 3_000
const LAST_LINES_TIMEOUT_MS = 500

const { nginx, ...settings } = JSON.parse(process.argv[2] ?? '') as BalancerSettings & { nginx: string }
const { folder } = settings
const configFile = join(folder, 'nginx.conf')
const pidFile = nginxPidFile(folder)
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ family }) => family === 'IPv6'),
)

mkdirSync(join(folder, 'temp'), { recursive: true })
rmSync(pidFile, { force: true })
writeFileSync(configFile, nginxConfig({ ...settings, hasIpv6 }))

const master = spawn(nginx, ['-e', 'stderr', '-p', folder, '-c', configFile], {
  cwd: folder,
  stdio: ['ignore', 'ignore', 'pipe'],
})
createInterface(master.stderr).on('line', (line) => console.log(nginxLogLine(line)))

let isStopping = false

master.once('spawn', () => {
  if (master.pid !== undefined) noteNginx(folder, master.pid)
  const timer = setInterval(() => {
    if (!existsSync(pidFile)) return
    clearInterval(timer)
    if (process.connected) process.send?.({ type: 'ready' })
  }, READY_INTERVAL_MS)
})

master.once('error', (error) => {
  console.log(JSON.stringify({ level: 60, msg: `${nginx} could not be run: ${error.message}` }))
  process.exit(1)
})

// `close` comes after the last line of its log, but not while workers that have lost their master keep the log open.
master.once('close', end)
master.once('exit', () => setTimeout(end, LAST_LINES_TIMEOUT_MS))

process.on('SIGTERM', stop)
process.once('disconnect', stop)
if (process.send && !process.connected) stop()

/** What is left of the group is the launcher's to end. */
function end(): void {
  removeNginxNote(folder)
  process.exit(isStopping ? 0 : 1)
}

function stop(): void {
  if (isStopping) return
  isStopping = true
  master.kill('SIGTERM')
  // The whole group, this process included.
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), STOP_TIMEOUT_MS)
}
