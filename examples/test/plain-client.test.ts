import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startDeployment } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'

const program = new URL('../plain-client/follow-a-job.ts', import.meta.url)

it('is the code in the README of the client', async () => {
  const readme = await readFile(new URL('../../packages/client/README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${await readFile(program, 'utf8')}\`\`\``)
})

it('follows a job to its end, and ends', async () => {
  const deployment = await startDeployment({
    programs: {
      server: new URL('../../server/src/main.ts', import.meta.url),
      worker: new URL('../../workers/src/main.ts', import.meta.url),
    },
  })
  onTestFinished(() => deployment.stop())
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--conditions=@headway/source',
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(program),
      deployment.url,
    ],
    { timeout: 25_000 },
  )
  const lines = stdout.trim().split('\n')
  expect(lines.at(-2)).toMatch(/^completed 100 % /)
  expect(lines.at(-1)).toMatch(/^3 steps, and \d+ characters of text$/)
})
