import type { SizeLimitConfig } from 'size-limit'

/**
 * The sizes that the packages for the browser promise: what they add, minified and compressed, to an application that has React. Built
 * from the sources.
 */
const EVENTS = 'packages/events/src/index.ts'
const CLIENT = 'packages/client/src/index.ts'
const JOBS = 'packages/client/src/jobs.ts'
const SHARED = 'packages/client/src/shared.ts'
const SHARED_WORKER = 'packages/client/src/shared-worker.ts'
const REACT = 'packages/react/src/index.ts'

const SOCKET_IO = ['socket.io-client']
const CONDITIONS = ['@headway/source', 'import', 'module', 'browser', 'production', 'default']

const config: SizeLimitConfig = [
  { name: '@headway/events', path: EVENTS, gzip: true, limit: '1.5 kB' },
  {
    name: '@headway/client without socket.io-client',
    path: CLIENT,
    ignore: SOCKET_IO,
    gzip: true,
    limit: '8 kB',
  },
  {
    name: '@headway/client with the stores of @headway/client/jobs, without socket.io-client',
    path: JOBS,
    import: { [CLIENT]: '{ createClient }', [JOBS]: '*' },
    ignore: SOCKET_IO,
    gzip: true,
    limit: '10 kB',
  },
  {
    name: '@headway/client/shared with the client, without socket.io-client',
    path: SHARED,
    import: { [CLIENT]: '*', [SHARED]: '{ createSharedClient }' },
    ignore: SOCKET_IO,
    gzip: true,
    limit: '9.6 kB',
  },
  {
    name: '@headway/client/shared-worker without socket.io-client',
    path: SHARED_WORKER,
    ignore: SOCKET_IO,
    gzip: true,
    limit: '3 kB',
  },
  {
    name: 'the client, every hook and socket.io-client',
    path: REACT,
    import: { [CLIENT]: '{ createClient }', [REACT]: '*' },
    ignore: ['react'],
    gzip: true,
    limit: '24 kB',
  },
]

export default config.map((check) => ({
  ...check,
  modifyRolldownConfig: <T extends object>(options?: T) => ({
    ...(options as T),
    platform: 'browser',
    resolve: { conditionNames: CONDITIONS },
  }),
}))
