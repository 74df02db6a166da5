import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { findQuietPort } from '@headway/embedded'
import { balancerProgram } from '../src/server-programs.ts'

const SOURCES = ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source']

/** A balancer alone, as the launcher runs it, before instances of the test's own. Ends with the test. */
export async function runBalancer(balancer: 'nginx' | 'node', instancePorts: number[]): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headway-balancer-'))
  const port = await findQuietPort()
  const program = balancerProgram({ port, host: '127.0.0.1', dataDir, balancer }, instancePorts)
  const child = spawn(process.execPath, [...SOURCES, ...program.args], {
    env: program.env,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  onTestFinished(async () => {
    await stop(child)
    rmSync(dataDir, { recursive: true, force: true })
  })
  await once(child, 'message')
  return `http://127.0.0.1:${port}`
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
