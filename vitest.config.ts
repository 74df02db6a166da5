import { defineConfig } from 'vitest/config'

/** Tests run on the sources: the condition that every package's `exports` names first. */
const conditions = ['@headway/source']
const source = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Where vitest runs the global setup.
  environments: { __vitest__: { resolve: { conditions } } },
}

/** The package runs with the React of the application: its tests are run with the oldest one that it promises too. */
const react18 = {
  find: /^(react|react-dom)(?=\/|$)/,
  replacement: `${import.meta.dirname}/packages/react/test/react-18/node_modules/$1`,
}

/** How long `expect.poll` asks: what is awaited comes at once on an idle machine, and late on a busy one. */
const patient = { poll: { timeout: 10_000 } }

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: [
            '{packages/*,server,workers,web,launcher}/src/**/*.test.{ts,tsx}',
            'examples/*/*.test.tsx',
          ],
        },
      },
      {
        ...source,
        resolve: { conditions, alias: [react18] },
        test: {
          name: 'react-18',
          include: ['packages/react/src/**/*.test.{ts,tsx}', 'packages/react/test/oldest-react.test.tsx'],
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['{packages/*,server,workers,examples,launcher}/test/**/*.test.ts'],
          globalSetup: ['packages/test-kit/src/vitest-services.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          expect: patient,
          // They wait more than they compute: two at a time take half as long, also on two cores.
          maxWorkers: 2,
        },
      },
      {
        ...source,
        test: {
          name: 'browser',
          include: ['web/test/**/*.test.ts'],
          globalSetup: ['packages/test-kit/src/vitest-services.ts'],
          expect: patient,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
