import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DOCKERFILE = join(ROOT, 'deploy/Dockerfile')

/**
 * Builds in a folder what deploy/Dockerfile builds, by its own commands; what it takes of the machine (the base image, packages of Debian, pnpm)
 * is this machine's.
 *
 * @returns the folder that the image would have as its own, and the command that it runs
 */
export async function buildImageFolder(parent: string): Promise<{ app: string; command: string[] }> {
  const [build = [], image = []] = stagesOf(readFileSync(DOCKERFILE, 'utf8'))
  const [source, app] = [join(parent, 'build'), join(parent, 'app')]
  copySources(source)
  const env = { ...process.env, NODE_ENV: undefined, ...settingsOf(build) }
  for (const command of argumentsOf(build, 'RUN')) {
    // The tools are at hand.
    if (command.startsWith('npm install --global')) continue
    await run('sh', ['-ec', command], { cwd: source, env, maxBuffer: 64 * 1024 * 1024 })
  }
  mkdirSync(app)
  for (const copy of argumentsOf(image, 'COPY')) {
    const [, from = '', to = ''] = /^--from=build \/app\/(\S+) (\S+)$/.exec(copy) ?? []
    const target = to === './' ? join(app, basename(from)) : join(app, to)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(source, from), target, { recursive: true, verbatimSymlinks: true })
  }
  const [command = '[]'] = argumentsOf(image, 'CMD')
  return { app, command: JSON.parse(command) as string[] }
}

/** The checkout as it is, without what the builder is not sent. */
function copySources(target: string): void {
  const ignored = readFileSync(`${DOCKERFILE}.dockerignore`, 'utf8').trim().split('\n')
  const names = new Set(ignored.map((pattern) => pattern.replace('**/', '')))
  cpSync(ROOT, target, { recursive: true, filter: (path) => !names.has(basename(path)) })
}

/** The instructions of each stage, a line each. */
function stagesOf(text: string): string[][] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  const starts = lines.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []))
  return starts.map((start, index) => lines.slice(start, starts[index + 1]))
}

function argumentsOf(stage: readonly string[], instruction: string): string[] {
  return stage
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1))
}

function settingsOf(stage: readonly string[]): NodeJS.ProcessEnv {
  const pairs = argumentsOf(stage, 'ENV').flatMap((line) => line.split(' '))
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]))
}
