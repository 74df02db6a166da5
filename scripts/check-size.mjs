/** Holds the sizes that the packages for the browser promise: minified and compressed, built from the sources. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { ROOT } from './lib/repository.mjs'

const HOOKS = 'RealtimeProvider, useEvent, useJobProgress, useWebSocketStatus'

/** `external` is what the application has anyway, or what is counted elsewhere. */
const BUDGETS = [
  {
    name: '@headway/events',
    code: `export * from '@headway/events'`,
    external: [],
    limitBytes: 1_500,
  },
  {
    name: '@headway/client without socket.io-client',
    code: `export * from '@headway/client'`,
    external: ['socket.io-client'],
    limitBytes: 8_000,
  },
  {
    name: '@headway/client/shared with the client, without socket.io-client',
    code: `export * from '@headway/client'; export * from '@headway/client/shared'`,
    external: ['socket.io-client'],
    limitBytes: 9_600,
  },
  {
    name: '@headway/client/shared-worker without socket.io-client',
    code: `export * from '@headway/client/shared-worker'`,
    external: ['socket.io-client'],
    limitBytes: 3_000,
  },
  {
    name: 'the client, the hooks and socket.io-client',
    code: `export { createClient } from '@headway/client'; export { ${HOOKS} } from '@headway/react'`,
    external: ['react', 'react/jsx-runtime'],
    limitBytes: 24_000,
  },
  {
    name: 'the client, every hook and socket.io-client',
    code: `export { createClient } from '@headway/client'; export * from '@headway/react'`,
    external: ['react', 'react/jsx-runtime'],
    limitBytes: 26_600,
  },
]

for (const { name, code, external, limitBytes } of BUDGETS) {
  const bytes = gzipSync(await bundle(code, external), { level: 9 }).length
  console.log(`${name}: ${bytes} bytes of ${limitBytes}`)
  if (bytes <= limitBytes) continue
  console.error(`${name} is ${bytes} bytes, and must not be more than ${limitBytes}.`)
  process.exitCode = 1
}

/**
 * What an application's bundler makes of a module with this code.
 *
 * @param {string} code
 * @param {string[]} external
 */
async function bundle(code, external) {
  const entry = 'virtual:entry'
  const output = await build({
    configFile: false,
    // The package that depends on all the others.
    root: join(ROOT, 'packages/react'),
    logLevel: 'error',
    resolve: { conditions: ['@headway/source', 'module', 'browser', 'production'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', external },
    },
  })
  const [{ output: files }] = Array.isArray(output) ? output : [output]
  return files.map((file) => ('code' in file ? file.code : '')).join('')
}
