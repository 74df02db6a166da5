import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

const react = new URL('../../packages/react/', import.meta.url)
const page = new URL('test/quick-start/', react)

const stage = Stage.forFile({ page: fileURLToPath(page), prepare: (deployment) => deployment.startWorker() })

it('is the code in the README', async () => {
  const readme = await readFile(new URL('README.md', react), 'utf8')
  expect(readme).toContain(`\`\`\`tsx\n${await readFile(new URL('main.tsx', page), 'utf8')}\`\`\``)
})

it('starts a job, follows it to its end and lists it, also after a reload', async () => {
  const device = await stage.take()
  await device.page.goto(stage.url)
  await device.waitForText('.headway-connection', 'Live')
  await device.press('Start')
  await device.waitForText('.headway-panel-name', 'rehearse')
  await device.page.waitForSelector('.headway-panel[data-state="completed"]')
  await device.waitForText('#root > ul', 'rehearse: completed')
  expect(await device.page.$$eval('[data-status="completed"]', (steps) => steps.length)).toBe(5)
  await device.keepPicture('quick-start')
  await device.page.reload()
  await device.waitForText('#root > ul', 'rehearse: completed')
})
