import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { Deployment } from './support/deployment.ts'
import { DeviceDrawer } from './support/device-drawer.ts'

const react = new URL('../../packages/react/', import.meta.url)
const page = new URL('test/quick-start/', react)

let deployment: Deployment
let drawer: DeviceDrawer

beforeAll(async () => {
  deployment = await Deployment.open({ page: fileURLToPath(page) })
  await deployment.startWorker()
  drawer = await DeviceDrawer.open()
})

afterAll(async () => {
  await drawer?.close()
  await deployment?.close()
})

afterEach(() => drawer.putBack())

it('is the code in the README', async () => {
  const readme = await readFile(new URL('README.md', react), 'utf8')
  expect(readme).toContain(`\`\`\`tsx\n${await readFile(new URL('main.tsx', page), 'utf8')}\`\`\``)
})

it('starts a job, follows it to its end and lists it, also after a reload', async () => {
  const device = await drawer.take()
  await device.page.goto(deployment.url)
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
