import { uniqueUserId } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOOK_SECTIONS, WebSite } from './support/web-site.ts'
import { Stage } from './support/stage.ts'

const stage = Stage.forFile()

let site: WebSite

beforeAll(async () => {
  site = await WebSite.open()
})

afterAll(async () => {
  await site?.close()
})

describe('before a worker runs', () => {
  it('says that no worker was seen, and offers operations as soon as one is', async () => {
    const device = await stage.signedIn()
    await device.press('Start a job')
    await device.waitForText('main', 'No worker has been seen')
    await device.keepPicture('no-worker')
    await stage.deployment.startWorker()
    await device.page.waitForSelector('a[href="/start/capture-page"]')
    expect(
      await device.page.$$eval('.operation-type', (types) => types.map((type) => type.textContent)),
    ).toEqual(expect.arrayContaining(['capture-page', 'extract-page', 'import-orders', 'rehearse']))
    await device.keepPicture('operations')
  })
})

describe('signing in', () => {
  it('asks for a name, greets with what to do first, and stays signed in over a reload', async () => {
    const device = await stage.take()
    await device.page.goto(stage.url)
    await device.page.waitForSelector('input[name="userId"]')
    await device.keepPicture('sign-in')
    await device.signIn(stage.url, stage.user.userId)
    await device.waitForText('main', 'No jobs yet')
    expect(await device.focused()).toBe('Jobs')
    await device.keepPicture('no-jobs')
    await device.page.reload()
    await device.waitForText('main', 'No jobs yet')
    expect(await device.page.title()).toBe('Jobs · Headway')
  })

  it('keeps the place of a link that is opened before signing in', async () => {
    const device = await stage.take()
    await device.signIn(`${stage.url}/start/rehearse`, stage.user.userId)
    await device.page.waitForSelector('input[name="steps"]')
    expect(device.page.url()).toBe(`${stage.url}/start/rehearse`)
  })

  it('makes two tabs two users', async () => {
    const ada = await stage.signedIn()
    const otherTab = await ada.page.browserContext().newPage()
    await otherTab.goto(stage.url)
    await otherTab.waitForSelector('input[name="userId"]')
    expect(await otherTab.$eval('input[name="userId"]', (input) => input.value)).toBe(stage.user.userId)
  })
})

describe('a job', () => {
  it('is shown live from its creation to the picture that it took', async () => {
    const device = await stage.signedIn()
    await device.start('capture-page', { url: site.article })
    await device.page.waitForSelector('[data-event="JOB_PROGRESS"]')
    await device.keepPicture('capture-running')
    await device.page.waitForSelector('[data-event="JOB_COMPLETED"]')

    const lifecycle = (await device.eventTypes()).filter(
      (type) => type !== 'JOB_STEP' && type !== 'JOB_CHECKPOINT',
    )
    const order = lifecycle.filter((type, index) => type !== lifecycle[index - 1])
    expect(order.slice(0, 5)).toEqual([
      'JOB_CREATED',
      'JOB_QUEUED',
      'JOB_STARTED',
      'JOB_RUNNING',
      'JOB_PROGRESS',
    ])
    expect(order.at(-1)).toBe('JOB_COMPLETED')
    expect(order.indexOf('JOB_ARTIFACT')).toBeGreaterThan(order.indexOf('JOB_PROGRESS'))
    expect(order.indexOf('JOB_ARTIFACT')).toBeLessThan(order.indexOf('JOB_COMPLETED'))

    await device.page.waitForFunction(
      () => (document.querySelector<HTMLImageElement>('.artifact-picture img')?.naturalWidth ?? 0) > 0,
    )
    expect(await device.page.title()).toBe('✓ capture-page · Headway')
    await device.keepPicture('capture-completed')
  })

  it('writes its text as it comes, rendered as Markdown', async () => {
    const device = await stage.signedIn()
    await device.start('extract-page', { url: site.book })
    const lengths = device.page.evaluate(growingLengths)
    await device.waitForState('completed')
    await device.page.waitForFunction(
      (sections) => document.querySelectorAll('[data-testid="job-text"] h2').length === sections,
      {},
      BOOK_SECTIONS,
    )
    expect((await lengths).length).toBeGreaterThan(1)
    await device.keepPicture('extract-completed')
  })

  it('ends when it is cancelled, and goes on after its last step when it is resumed', async () => {
    const device = await stage.signedIn()
    await device.start('rehearse', { steps: '30', stepMs: '150' })
    await device.page.waitForSelector('.step[data-status="completed"]')
    await device.waitForText('[aria-label="Steps"]', ' of 30 completed')
    await device.pressByKey('Cancel')
    await device.waitForState('cancelled')
    expect(await device.focused()).toBe('rehearse')
    expect(await device.page.$('.step[data-status="failed"]')).toBeNull()
    await device.keepPicture('cancelled')
    const done = await device.page.$$eval('.step[data-status="completed"]', (steps) => steps.length)

    await device.pressByKey('Resume')
    await device.waitForState('running')
    expect(await device.focused()).toBe('rehearse')
    await device.page.waitForFunction(
      (before) => document.querySelectorAll('.step[data-status="completed"]').length > before,
      {},
      done,
    )
    await device.waitForText('.job-facts', 'Attempt2')
    expect(await device.eventTypes()).toContain('JOB_CANCELLED')
    await device.press('Cancel')
    await device.waitForState('cancelled')
  })

  it('says why it waits to try again and why it failed, and completes after a resume', async () => {
    const device = await stage.signedIn()
    await device.start('rehearse', { steps: '4', stepMs: '10', failAtStep: '3' })
    await device.waitForText(
      '[data-testid="progress-label"]',
      'An attempt failed; waiting to try again; next try in',
    )
    await device.keepPicture('retry')
    await device.waitForState('failed')
    await device.waitForText('.job-failure', 'operation_failed')
    await device.keepPicture('failed')
    await device.press('Resume')
    await device.waitForState('completed')
    expect(await device.eventTypes()).toEqual(expect.arrayContaining(['JOB_FAILED', 'JOB_COMPLETED']))
  })

  it('is the same on a second device of its user, live, and on no device of another', async () => {
    const desk = await stage.signedIn()
    const phone = await stage.signedIn({ scheme: 'dark', isPhone: true })
    await phone.waitForText('main', 'No jobs yet')
    await desk.start('rehearse', { steps: '20', stepMs: '100', chunkBytes: '200' })

    await phone.page.waitForSelector('.job-row[data-state="running"]')
    await phone.keepPicture('phone-list-dark')
    await phone.page.locator('.job-row').click()
    await phone.waitForState('running')
    await Promise.all([desk.waitForState('completed'), phone.waitForState('completed')])
    await phone.keepPicture('phone-job-dark')
    for (const device of [desk, phone]) {
      await device.page.waitForFunction(
        (length) => document.querySelector('[data-testid="job-text"]')?.textContent.length === length,
        {},
        20 * 200,
      )
    }
    expect(await phone.jobText()).toBe(await desk.jobText())
    const steps = Array.from({ length: 20 }, (_, index) => `step-${index + 1} completed`)
    await expect.poll(() => desk.completedSteps()).toEqual(steps)
    await expect.poll(() => phone.completedSteps()).toEqual(steps)
    await phone.waitForText('.timeline-note', 'while this page did not listen')

    const stranger = await stage.take()
    await stranger.signIn(desk.page.url(), uniqueUserId())
    await stranger.waitForText('main', 'There is no such job')
    await stranger.keepPicture('not-found')
  })

  it('starts again with the input that it had', async () => {
    const device = await stage.signedIn()
    await device.start('rehearse', { steps: '2', stepMs: '7' })
    await device.waitForState('completed')
    await device.press('Start again')
    await device.page.waitForSelector('input[name="stepMs"]')
    expect(await device.page.$eval('input[name="stepMs"]', (input) => input.value)).toBe('7')
  })
})

describe('the form of an operation', () => {
  it('says at each field what is wrong, and sends nothing before', async () => {
    const device = await stage.signedIn()
    await device.page.goto(`${stage.url}/start/rehearse`)
    await device.page.locator('input[name="steps"]').fill('5000')
    await device.press('Start job')
    await device.waitForText('form', 'Enter a whole number from 1 to 1,000.')
    await device.waitForText('form', 'This is needed.')
    expect(await device.page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('steps')
    await device.keepPicture('form-errors')
  })
})

describe('the list', () => {
  it('filters by state and keeps the filter in its address', async () => {
    const device = await stage.signedIn()
    await device.start('rehearse', { steps: '1', stepMs: '0' })
    await device.waitForState('completed')
    await device.press('Headway: my jobs')
    await device.page.waitForSelector('.job-row[data-state="completed"]')
    await device.page.select('select[aria-label="State"]', 'failed')
    await device.waitForText('main', 'No job matches this filter')
    expect(device.page.url()).toContain('state=failed')
    await device.press('Show all jobs')
    await device.page.waitForSelector('.job-row[data-state="completed"]')
    await device.keepPicture('list')
  })
})

describe('the appearance', () => {
  it('follows the system, and can be set for this browser', async () => {
    const device = await stage.signedIn({ scheme: 'dark' })
    const scheme = () => device.page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])
    expect(await scheme()).toBe('dark')
    await device.keepPicture('dark')
    await device.press('Appearance: Follow the system')
    await device.press('Light')
    await device.page.waitForSelector('[data-mantine-color-scheme="light"]')
    await device.page.reload()
    await device.page.waitForSelector('.app-header')
    expect(await scheme()).toBe('light')
  })
})

/** Runs in the page: the lengths that the job's text had until the job ended. */
function growingLengths(): Promise<number[]> {
  return new Promise((resolve) => {
    const lengths: number[] = []
    const observer = new MutationObserver(() => {
      const length = document.querySelector('[data-testid="job-text"]')?.textContent?.length ?? 0
      if (length > (lengths.at(-1) ?? 0)) lengths.push(length)
      if (document.querySelector('.job-page[data-state="completed"]') === null) return
      observer.disconnect()
      resolve(lengths)
    })
    observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true })
  })
}
