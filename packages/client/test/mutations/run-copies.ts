import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyClient } from './mutated-copy.ts'
import type { Mutation } from './mutations.ts'

const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url))

/** Longest time for all copies together, in milliseconds; they take a tenth of it. */
const TIMEOUT_MS = 240_000

/** What became of a test file of one copy. */
export interface Outcome {
  readonly passed: readonly string[]
  /** The names of the tests that failed. */
  readonly failed: readonly string[]
}

interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[]
}

/**
 * Runs the test file of each mutation in a copy of its own, and all of those files in a copy without a fault. One process
 * runs them all, so that it is started once.
 *
 * @returns by the name of the mutation; those without a fault by the empty name
 */
export async function runCopies(mutations: readonly Mutation[]): Promise<Map<string, Outcome>> {
  const root = mkdtempSync(join(tmpdir(), 'headway-mutations-'))
  try {
    const names = ['', ...mutations.map(({ name }) => name)]
    const copies = [undefined, ...mutations]
    for (const [index, mutation] of copies.entries()) copyClient(join(root, `copy-${index}`), mutation)
    const sound = [...new Set(mutations.map(({ test }) => `copy-0/src/${test}`))]
    const include = [...sound, ...mutations.map(({ test }, index) => `copy-${index + 1}/src/${test}`)]
    const { testResults } = await runVitest(root, include)
    return new Map(
      names.map((name, index) => [name, outcomeOf(testResults, join(root, `copy-${index}`, '/'))]),
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function runVitest(root: string, include: readonly string[]): Promise<Report> {
  const conditions = ['@headway/source']
  const config = {
    cacheDir: join(root, '.vite'),
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    // Generous: a machine that is busy must not make a sound copy fail.
    test: { include, maxWorkers: 2, testTimeout: 30_000, hookTimeout: 30_000 },
  }
  const configFile = join(root, 'vitest.config.mjs')
  const outputFile = join(root, 'report.json')
  writeFileSync(configFile, `export default ${JSON.stringify(config)}`)
  symlinkSync(NODE_MODULES, join(root, 'node_modules'))
  const program = join(NODE_MODULES, 'vitest/vitest.mjs')
  const options = ['--root', root, '--config', configFile, '--reporter', 'json', '--outputFile', outputFile]
  const output = await new Promise<string>((resolve) => {
    // It ends with an error, since tests fail: the report tells which.
    execFile(
      process.execPath,
      [program, 'run', ...options],
      { cwd: root, env: environment(), timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 2 ** 20 },
      (_error, stdout, stderr) => resolve(`${stdout}\n${stderr}`),
    )
  })
  try {
    return JSON.parse(readFileSync(outputFile, 'utf8')) as Report
  } catch (cause) {
    throw new Error(`The copies left no report. What they said: ${output.slice(-4_000)}`, { cause })
  }
}

/** Without what this run of the tests has set for itself. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
}

function outcomeOf(results: Report['testResults'], folder: string): Outcome {
  const tests = results
    .filter(({ name }) => name.startsWith(folder))
    .flatMap(({ assertionResults }) => assertionResults)
  const namesOf = (status: string): string[] =>
    tests.filter((test) => test.status === status).map(({ fullName }) => fullName)
  return { passed: namesOf('passed'), failed: namesOf('failed') }
}
