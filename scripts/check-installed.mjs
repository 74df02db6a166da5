/**
 * Installs the packages that we publish into empty projects, outside of the workspace, and uses them there: the types under both
 * resolutions that modules have, and a page that follows a job of the fake server to its end, in React 18 and 19.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PAGE, PAGE_TYPES, SERVER_SIDE, SERVER_TYPES } from './lib/installed-programs.mjs'
import { pack, publishedPackages } from './lib/published-packages.mjs'
import { ROOT } from './lib/repository.mjs'

const run = promisify(execFile)
const TIMEOUT_MS = 180_000
const NPM = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

const parent = mkdtempSync(join(tmpdir(), 'headway-installed-'))
try {
  const tarballs = Object.fromEntries(
    publishedPackages().map((published) => [published.name, `file:${pack(published, parent)}`]),
  )
  await Promise.all([checkEverything(tarballs), checkReact18(tarballs)])
  console.log(`${Object.keys(tarballs).length} packages installed and used`)
} finally {
  rmSync(parent, { recursive: true })
}

/** @param {Record<string, string>} tarballs */
async function checkEverything(tarballs) {
  const folder = await install('everything', tarballs, {
    '@types/node': '24',
    '@types/pg': '8',
    '@types/react': '19',
    'happy-dom': '21',
    react: '19',
    'react-dom': '19',
    zod: '4',
  })
  await checkTypes(folder, { 'page.tsx': PAGE_TYPES, 'server.ts': SERVER_TYPES })
  await use('node', ['server-side.mjs'], folder)
  await use('node', ['page.mjs'], folder)
}

/** @param {Record<string, string>} tarballs */
async function checkReact18(tarballs) {
  const names = ['@headway/events', '@headway/client', '@headway/react', '@headway/test-kit']
  const some = Object.fromEntries(names.map((name) => [name, tarballs[name] ?? '']))
  const folder = await install('react-18', some, {
    '@types/react': '18',
    'happy-dom': '21',
    react: '18',
    'react-dom': '18',
  })
  await checkTypes(folder, { 'page.tsx': PAGE_TYPES })
  await use('node', ['page.mjs'], folder)
}

/**
 * @param {string} folder
 * @param {Record<string, string>} files
 */
async function checkTypes(folder, files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ]) {
    const options = {
      module,
      moduleResolution,
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      jsx: 'react-jsx',
      target: 'es2024',
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: Object.keys(files) }),
    )
    await use(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], folder)
  }
}

/**
 * @param {string} name
 * @param {Record<string, string>} tarballs
 * @param {Record<string, string>} others
 * @returns {Promise<string>} the project's folder
 */
async function install(name, tarballs, others) {
  const folder = join(parent, name)
  mkdirSync(folder)
  // What the packages ask of each other is in no registry yet.
  const project = {
    name,
    private: true,
    type: 'module',
    dependencies: { ...tarballs, ...others },
    overrides: tarballs,
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project))
  writeFileSync(join(folder, 'server-side.mjs'), SERVER_SIDE)
  writeFileSync(join(folder, 'page.mjs'), PAGE)
  await use('npm', ['install', ...NPM], folder)
  return folder
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function use(command, args, cwd) {
  try {
    await run(command, args, {
      cwd,
      timeout: TIMEOUT_MS,
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'development' },
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw new Error(`${command} ${args.join(' ')} failed in an empty project:\n${stdout}${stderr}`, {
      cause: error,
    })
  }
}
