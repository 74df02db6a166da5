/** The real launcher with fake programs; what they are called with comes as JSON in FAKE_PROGRAMS. */
import { join } from 'node:path'
import { runLauncher } from '../src/run-launcher.ts'
import { serverPrograms } from '../src/server-programs.ts'

const fakes = JSON.parse(process.env['FAKE_PROGRAMS'] ?? '[["server"], ["worker"]]') as string[][]
const node = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'fake-program.ts')]

const exitCode = await runLauncher({
  isDevelopment: false,
  programs: async (port, env, config) => {
    const programs = await Promise.all(
      fakes.map(async ([name = '', ...options]) => {
        const program = { name, args: [...node, name, ...options], env }
        return name === 'server' ? serverPrograms(program, { ...config, port }) : [program]
      }),
    )
    return { serverUrl: `http://127.0.0.1:${port}`, programs: programs.flat() }
  },
})
process.exit(exitCode)
