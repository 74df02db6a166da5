/**
 * The guardian of one service: starts it, and stops it when told to or when the owner dies, however the owner dies.
 *
 *     running ──stop──────────────────────────────→ stopping ──→ gone
 *        └──owner died──→ waiting for `outlive` ───────┘
 *
 * It is the leader of its own session, so that a Ctrl-C in the owner's terminal reaches the owner alone.
 */
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import type { GuardedProgram, GuardianCommand, GuardianReport } from './guardian-protocol.ts'
import { findProcess, waitUntilGone, type RunningProcess } from './running-process.ts'
import { removeServiceRecord, writeServiceRecord } from './service-record.ts'

/** How long the processes that need the service may take to finish after the owner died. */
const OUTLIVE_TIMEOUT_MS = 10_000

const program = JSON.parse(process.argv[2] ?? '') as GuardedProgram
const owner = findProcess(process.ppid)
const log = openSync(program.logFile, 'a')

let outlived: RunningProcess[] = []
let isStopping = false

const service = spawn(program.command, program.args, {
  cwd: program.cwd,
  env: program.env,
  stdio: ['ignore', log, log],
  ...program.user,
})

service.once('spawn', () => {
  const guardian = findProcess(process.pid)
  const started = findProcess(service.pid ?? 0)
  if (owner && guardian && started) {
    writeServiceRecord(program.recordFile, { owner, guardian, service: started })
  }
  report({ type: 'started', pid: service.pid ?? 0 })
})

service.once('error', (error) => {
  report({ type: 'failed', message: error.message }, () => process.exit(1))
})

service.once('exit', (code, signal) => {
  removeServiceRecord(program.recordFile)
  report({ type: 'exited', code, signal }, () => process.exit(code ?? 1))
})

process.on('message', (command: GuardianCommand) => {
  if (command.type === 'stop') void stop(command.isForced)
  else outlived = command.pids.flatMap((pid) => findProcess(pid) ?? [])
})

process.on('disconnect', () => void stopAfterOwner())
// The owner may have died while this file was still being loaded.
if (!process.connected) void stopAfterOwner()

process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
process.on('SIGHUP', () => {})

async function stopAfterOwner(): Promise<void> {
  await waitUntilGone(outlived, OUTLIVE_TIMEOUT_MS)
  await stop()
}

async function stop(isForced = false): Promise<void> {
  if (isStopping && !isForced) return
  isStopping = true
  for (const { signal, waitMs } of isForced ? program.stopSignals.slice(-1) : program.stopSignals) {
    if (hasExited()) return
    service.kill(signal)
    await exitWithin(waitMs)
  }
  if (!hasExited()) service.kill('SIGKILL')
}

function hasExited(): boolean {
  return service.exitCode !== null || service.signalCode !== null || service.pid === undefined
}

function exitWithin(waitMs: number): Promise<void> {
  if (hasExited()) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs)
    service.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function report(message: GuardianReport, onSent: () => void = () => {}): void {
  // The owner may be gone already; then there is nobody to tell.
  if (process.connected && process.send) process.send(message, onSent)
  else onSent()
}
