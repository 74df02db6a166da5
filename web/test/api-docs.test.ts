import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect, it } from 'vitest'
import { Stage } from './support/stage.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const stage = Stage.forFile({ prepare: (deployment) => deployment.startWorker() })

interface Description {
  paths: Record<string, Record<string, { operationId: string; summary: string }>>
  components: { schemas: Record<string, unknown> }
}

async function readDescription(): Promise<Description> {
  const answer = await fetch(`${stage.url}/api/openapi.json`)
  return (await answer.json()) as Description
}

it.each([
  ['light', {}],
  ['dark', { scheme: 'dark' }],
  ['phone', { isPhone: true }],
] as const)('shows every call on a page without a fault: %s', async (name, options) => {
  // A worker has said by then what it runs.
  await expect
    .poll(async () => Object.keys((await readDescription()).components.schemas))
    .toContain('NewJob.rehearse')
  const { paths, components } = await readDescription()
  const { page, ...device } = await openDocs(options)

  const calls = Object.values(paths).flatMap((ofPath) => Object.values(ofPath))
  const headings = await page.$$eval('.call', (sections) =>
    sections.map((section) => ({
      operationId: section.id,
      summary: section.querySelector('h3')?.textContent.trim(),
    })),
  )
  expect(inOrder(headings)).toEqual(
    inOrder(calls.map(({ operationId, summary }) => ({ operationId, summary }))),
  )
  const schemas = await page.$$eval('.schema', (sections) => sections.map(({ id }) => id))
  expect(schemas.toSorted()).toEqual(
    Object.keys(components.schemas)
      .map((schema) => `schema-${schema}`)
      .toSorted(),
  )

  expect(await page.evaluate(deadLinks)).toEqual([])
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBe(0)
  expect(device.complaints).toEqual([])
  await device.keepPicture(`api-docs-${name}`)
  await page.goto(`${page.url()}#schema-NewJob.rehearse`)
  await device.keepPicture(`api-docs-schemas-${name}`)
  await page.evaluate(await readFile(axePath, 'utf8'))
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })`,
  )) as AxeResults
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
})

function inOrder<TCall extends { operationId: string }>(calls: readonly TCall[]): TCall[] {
  return calls.toSorted((a, b) => a.operationId.localeCompare(b.operationId))
}

async function openDocs(options: Parameters<Stage['take']>[0]) {
  const device = await stage.take(options)
  const complaints: string[] = []
  device.page.on('console', (message) => complaints.push(message.text()))
  device.page.on('request', (request) => {
    const { origin } = new URL(request.url())
    if (origin !== stage.url && !request.url().startsWith('data:')) complaints.push(request.url())
  })
  device.page.on('requestfailed', (request) => complaints.push(request.url()))
  await device.page.goto(`${stage.url}/api/docs`)
  return { page: device.page, complaints, keepPicture: (name: string) => device.keepPicture(name) }
}

/** The links of the page that lead to no place on it. */
function deadLinks(): string[] {
  return [...document.querySelectorAll('a[href^="#"]')]
    .map((link) => link.getAttribute('href')?.slice(1) ?? '')
    .filter((id) => document.getElementById(id) === null)
}
