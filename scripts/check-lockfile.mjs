/** Keeps the lockfile free of registry addresses, so that it serves behind any mirror, and the packages above known holes. */
import { readRootFile } from './lib/repository.mjs'

/** The oldest versions without a published way to crash or fill a server; see docs/operations.md. */
const FLOORS = {
  'socket.io-parser': '4.2.7',
  'engine.io': '6.6.10',
  ws: '8.21.1',
  'socket.io': '4.8.4',
  '@socket.io/redis-adapter': '8.3.0',
  '@socket.io/cluster-engine': '0.1.1',
}

const lockfile = readRootFile('pnpm-lock.yaml')
const problems = [...addresses(lockfile), ...tooOld(lockfile)]
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0

/** @param {string} text */
function addresses(text) {
  const lines = text
    .split('\n')
    .filter((line) => /\btarball:|https?:\/\//.test(line) && !/deprecated:/.test(line))
  return lines.map((line) => `pnpm-lock.yaml names an address: ${line.trim()}`)
}

/** @param {string} text */
function tooOld(text) {
  const packages = text.slice(text.indexOf('\npackages:'), text.indexOf('\nsnapshots:'))
  return [...packages.matchAll(/^ {2}'?(@?[^@'\s]+)@(\d+\.\d+\.\d+)[^:]*:/gm)].flatMap(
    ([, name = '', version = '']) => {
      const floor = /** @type {Record<string, string | undefined>} */ (FLOORS)[name]
      return floor !== undefined && isOlder(version, floor)
        ? [`${name} ${version} has a known hole; ${floor} or newer is needed.`]
        : []
    },
  )
}

/**
 * @param {string} version
 * @param {string} floor
 */
function isOlder(version, floor) {
  const [a, b] = [version, floor].map((text) => text.split('.').map(Number))
  const at = a.findIndex((part, index) => part !== b[index])
  return at !== -1 && a[at] < b[at]
}
