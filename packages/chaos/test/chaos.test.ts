import { join } from 'node:path'
import { services } from '@headway/test-kit'
import { formatResult, hasRedisServer, ROWS, runRow } from '@headway/chaos'
import { expect, it } from 'vitest'

/** The rows that find most for their time; `npm run chaos` runs all of them. */
const SHORT_SET = [1, 3, 6, 7, 8, 18, 21]

/** Any will do; a fixed one makes a failure come again. */
const SEED = 7

/** Other tests run at the same time; the bounds themselves are for a rehearsal on its own. */
const PATIENCE = 3

const isRedisServerThere = await hasRedisServer()
const root = join(import.meta.dirname, '../../..')
const programs = {
  server: new URL('../../../server/src/main.ts', import.meta.url),
  worker: new URL('../../../workers/src/main.ts', import.meta.url),
}

for (const row of ROWS.filter(({ number }) => SHORT_SET.includes(number))) {
  it.skipIf(row.needsRedisServer && !isRedisServerThere)(
    `${row.number}: ${row.promise}`,
    { timeout: 90_000 },
    async () => {
      const logDir = join(root, 'test-results/chaos', `${row.number}-${row.name}`)
      const { postgresUrl } = services()
      const result = await runRow(row, { programs, postgresUrl, logDir, seed: SEED, patience: PATIENCE })
      expect(result.outcome, formatResult(result)).toBe('green')
    },
  )
}
