import { builtPrograms, sourcePrograms } from './programs.ts'
import { runLauncher } from './run-launcher.ts'

const isDevelopment = process.argv.includes('--dev')
const exitCode = await runLauncher({
  isDevelopment,
  programs: isDevelopment ? sourcePrograms : builtPrograms,
})
process.exit(exitCode)
