import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startDeployment, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'

const CLIENT = fileURLToPath(new URL('../stock-client/client.mjs', import.meta.url))

it('prints every event once and in order, although its connection drops in the middle', async () => {
  const deployment = await startDeployment({
    programs: {
      server: new URL('../../server/src/main.ts', import.meta.url),
      worker: new URL('../../workers/src/main.ts', import.meta.url),
    },
  })
  onTestFinished(() => deployment.stop())

  const run = promisify(execFile)(process.execPath, [CLIENT, deployment.url, uniqueUserId()], {
    timeout: 25_000,
  })
  const lines = (await run).stdout.trim().split('\n')
  const [, firstJob] = lines[1]!.split(' ')
  const lifecycles = Map.groupBy(
    lines.filter((line) => line.endsWith('follows')).map((line) => line.split(' ')),
    ([, jobId]) => (jobId === firstJob ? 'first' : 'second'),
  )
  const once = ['JOB_CREATED', 'JOB_QUEUED', 'JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED']
  expect(lifecycles.get('first')?.map(([type]) => type)).toEqual(once)
  expect(lifecycles.get('second')?.map(([type]) => type)).toEqual(once)

  const replayed = lines.filter((line) => line.startsWith('ready')).map((line) => Number(line.split(' ')[1]))
  expect(replayed).toHaveLength(2)
  expect(replayed[0]).toBe(0)
  expect(replayed[1]).toBeGreaterThan(1)
  expect(lines.join('\n')).not.toContain('GAP')
})
