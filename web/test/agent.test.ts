import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { LlmSite } from '../../workers/test/support/llm-site.ts'
import { Stage } from './support/stage.ts'

const stage = Stage.forFile()

const CUSTOMERS = ['Ada Bridges', 'Grace Harbour', 'Zoë & Sons']

let site: LlmSite

beforeAll(async () => {
  site = await LlmSite.open()
})

afterAll(async () => {
  await site?.close()
})

function storeOrders(): Promise<void> {
  return stage.user.storeOrders(
    CUSTOMERS.map((customerName, index) => ({
      customerId: `C-${index}`,
      customerName,
      currency: 'EUR',
      lines: [{ sku: 'BOLT-8', description: 'Bolts, 8 mm', quantity: 10, unitPrice: 1250 * (index + 1) }],
    })),
  )
}

it('is shown as unavailable, with the reason, while no model is set', async () => {
  const worker = await stage.deployment.startWorker()
  onTestFinished(() => worker.stop())
  const device = await stage.signedIn()
  await device.press('Start a job')
  await device.waitForText(
    '.operation-list',
    'Not available: No model is set. Set LLM_BASE_URL and LLM_MODEL',
  )
  expect(await device.page.$('a[href="/start/agent"]')).toBeNull()
  await device.keepPicture('agent-unavailable')
})

it('writes its answer on every device of its user, piece by piece, and shows what it looked at', async () => {
  const { baseUrl, settings } = site
  const llm = { LLM_BASE_URL: baseUrl, LLM_MODEL: settings.model }
  const worker = await stage.deployment.startWorker(llm)
  onTestFinished(() => worker.stop())
  await storeOrders()
  const next = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  onTestFinished(() => next.forEach(({ resolve }) => resolve()))
  site.script(
    (reply) =>
      reply
        .say('Let me look at your drafts.')
        .call('search_orders', { state: 'draft', sort: 'total' })
        .call('sum_orders', { state: 'draft' }, { index: 1 })
        .stop('tool_calls', { prompt: 610, completion: 48 }),
    async (reply) => {
      reply.say(
        'You have **three drafts**',
        ':\n\n| Customer | Total |\n| --- | ---: |\n| Zoë & Sons | 375.00 EUR |\n',
      )
      await next[0]!.promise
      reply.say('| Grace Harbour | 250.00 EUR |\n')
      await next[1]!.promise
      reply.say('| Ada Bridges | 125.00 EUR |\n\n', 'Together they come to 750.00 EUR.')
      reply.stop('stop', { prompt: 1480, completion: 92 })
    },
  )

  const desk = await stage.signedIn()
  await desk.press('Start a job')
  await desk.page.locator('a[href="/start/agent"]').click()
  await desk.page.locator('textarea[name="query"]').fill('Which of my drafts are worth the most?')
  await desk.keepPicture('agent-form')
  await desk.press('Start job')
  await desk.waitForState('running')
  const phone = await stage.signedIn({ scheme: 'dark', isPhone: true })
  await phone.page.locator('.job-row').click()

  for (const device of [desk, phone]) {
    await device.waitForText('[data-testid="job-text"]', 'Zoë & Sons')
    expect(await device.jobText()).not.toContain('Grace')
  }
  await desk.keepPicture('agent-streaming')
  next[0]!.resolve()
  for (const device of [desk, phone]) {
    await device.waitForText('[data-testid="job-text"]', 'Grace Harbour')
    expect(await device.jobText()).not.toContain('Ada')
  }
  await phone.keepPicture('phone-agent-streaming-dark')
  next[1]!.resolve()
  for (const device of [desk, phone]) {
    await device.waitForState('completed')
    await device.waitForText('[data-testid="job-text"]', 'Together they come to 750.00 EUR.')
    await device.waitForText('[aria-label="List of steps"]', 'round-1-call-1-search_orders')
    await device.waitForText('[aria-label="Result"]', '"toolCalls": 2')
    await device.page.waitForSelector('[data-testid="job-text"] table')
  }
  await desk.keepPicture('agent-answered')
  await phone.keepPicture('phone-agent-answered-dark')
  expect(LlmSite.outcomesIn(site.requests.at(-1)!)).toMatchObject([
    { orders: CUSTOMERS.toReversed().map((customerName) => ({ customerName })) },
    { sums: [{ orders: 3, total: '750.00' }] },
  ])
})

it('says what to do when the endpoint refuses the key', async () => {
  const { baseUrl, settings } = site
  const worker = await stage.deployment.startWorker({ LLM_BASE_URL: baseUrl, LLM_MODEL: settings.model })
  onTestFinished(() => worker.stop())
  site.answer = (reply) => reply.refuse(401, 'You did not provide an API key.')
  const device = await stage.signedIn()
  await device.press('Start a job')
  await device.page.locator('a[href="/start/agent"]').click()
  await device.page.locator('textarea[name="query"]').fill('How many drafts have I?')
  await device.press('Start job')
  await device.waitForState('failed')
  await device.waitForText('.job-failure', 'refuses the key (401): You did not provide an API key.')
  expect(await device.eventTypes()).toContain('JOB_FAILED')
  await device.waitForText('.job-failure', 'Whoever runs the workers has to look at')
  await device.keepPicture('agent-refused')
})
