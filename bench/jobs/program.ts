import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A process of a contestant, and what it said when it was ready. */
export interface Program {
  readonly ready: { readonly url?: string }
  stop(): Promise<void>
}

export async function startProgram(entry: URL, env: Record<string, string>): Promise<Program> {
  const child = fork(entry, {
    env: { ...process.env, ...env },
    execArgv: ['--conditions=@headway/source', '--disable-warning=ExperimentalWarning'],
  })
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`${entry.pathname} ended with ${String(code)} before it was ready. Its output says why.`)
  })
  exit.catch(() => {})
  const [ready] = (await Promise.race([once(child, 'message'), exit])) as [Program['ready']]
  return { ready, stop: () => stopProgram(child) }
}

async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
