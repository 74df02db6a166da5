/** The real launcher with fake programs; what they are called with comes as JSON in FAKE_PROGRAMS. */
import { join } from 'node:path'
import { runLauncher } from '../src/run-launcher.ts'

const fakes = JSON.parse(process.env['FAKE_PROGRAMS'] ?? '[["server"], ["worker"]]') as string[][]
const node = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'fake-program.ts')]

const exitCode = await runLauncher({
  isDevelopment: false,
  programs: (port, env) => ({
    serverUrl: `http://127.0.0.1:${port}`,
    programs: fakes.map((args) => ({
      name: args[0] ?? '',
      args: [...node, ...args],
      env: { ...env, PORT: String(port) },
    })),
  }),
})
process.exit(exitCode)
