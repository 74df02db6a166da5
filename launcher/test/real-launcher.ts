/** The real launcher with the real programs, from their sources. */
import { join } from 'node:path'
import { REPOSITORY } from '../src/config.ts'
import { runLauncher } from '../src/run-launcher.ts'
import { serverPrograms } from '../src/server-programs.ts'

const node = ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source']

const exitCode = await runLauncher({
  isDevelopment: false,
  programs: async (port, env, config) => ({
    serverUrl: `http://127.0.0.1:${port}`,
    programs: [
      ...(await serverPrograms(
        { name: 'server', args: [...node, join(REPOSITORY, 'server/src/main.ts')], env },
        { ...config, port },
      )),
      { name: 'worker', args: [...node, join(REPOSITORY, 'workers/src/main.ts')], env },
    ],
  }),
})
process.exit(exitCode)
