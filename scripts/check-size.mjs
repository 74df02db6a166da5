/** Holds the promise of packages/events: its main entry adds less than 1.5 kB to a bundle, minified and compressed. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { ROOT } from './lib/repository.mjs'

const LIMIT_BYTES = 1_500

const output = await build({
  configFile: false,
  root: ROOT,
  logLevel: 'error',
  build: {
    write: false,
    target: 'es2022',
    lib: { entry: join(ROOT, 'packages/events/dist/index.js'), formats: ['es'] },
    minify: true,
  },
})
const [bundle] = Array.isArray(output) ? output : [output]
const code = bundle.output.map((file) => ('code' in file ? file.code : '')).join('')
const bytes = gzipSync(code).length

if (/\bimport\b[^(]*\bfrom\b/.test(code)) {
  console.error('packages/events: the main entry imports something at run time; it must not.')
  process.exitCode = 1
}
if (bytes >= LIMIT_BYTES) {
  console.error(`packages/events: the main entry is ${bytes} bytes, and must stay below ${LIMIT_BYTES}.`)
  process.exitCode = 1
}
console.log(`${bytes} bytes of ${LIMIT_BYTES}`)
