import { describe, expect, it } from 'vitest'
import type { Device } from './support/device.ts'
import { Stage } from './support/stage.ts'

const stage = Stage.forFile({ prepare: (deployment) => deployment.startWorker() })

/** A job that stops before its second step, to ask. */
async function startAsking(device: Device): Promise<void> {
  await device.page.waitForSelector('.app-header')
  await device.start('rehearse', { steps: '2', stepMs: '20', ask: '2' })
  await device.waitForState('waiting')
}

describe('a job that asks', () => {
  it('shows its question as a form, takes the answer from the keyboard, and goes on', async () => {
    const device = await stage.signedIn()
    await startAsking(device)
    await device.waitForText('[data-testid="question"] h2', 'Step 2 of 2 is next. How shall it go on?')
    expect(await device.page.title()).toBe('? rehearse asks · Headway')
    await device.keepPicture('question')

    await device.page.focus('[data-testid="question"] button[type="submit"]')
    await device.page.keyboard.press('Enter')
    await device.waitForText('[data-testid="question"]', 'Choose one.')
    await device.keepPicture('question-incomplete')

    await device.page.select('select[name="pace"]', 'careful')
    await device.page.type('textarea[name="note"]', 'Mind the step.')
    await device.page.keyboard.down('Control')
    await device.page.keyboard.press('Enter')
    await device.page.keyboard.up('Control')
    await device.waitForState('completed')
    expect(await device.page.$('[data-testid="question"]')).toBeNull()
    expect(await device.focused()).toBe('rehearse')
    await device.waitForText('[aria-label="Result"]', 'Mind the step.')
    const types = await device.eventTypes()
    expect(types.filter((type) => type === 'JOB_QUESTION' || type === 'JOB_ANSWERED')).toEqual([
      'JOB_QUESTION',
      'JOB_ANSWERED',
    ])
  })

  it('asks on every device of its user, and on none once one has answered', async () => {
    const desk = await stage.signedIn()
    const phone = await stage.signedIn({ scheme: 'dark', isPhone: true })
    await phone.waitForText('main', 'No jobs yet')
    await startAsking(desk)

    await phone.waitForText('.job-row[data-state="waiting"]', 'Needs answer')
    await phone.waitForText('.job-row-outcome', 'Step 2 of 2 is next.')
    await phone.keepPicture('phone-list-question-dark')
    await phone.page.locator('.job-row').click()
    await phone.page.waitForSelector('[data-testid="question"]')
    await phone.keepPicture('phone-question-dark')

    await desk.page.select('select[name="pace"]', 'quick')
    await desk.press('Send answer')
    for (const device of [desk, phone]) {
      await device.page.waitForSelector('[data-testid="question"]', { hidden: true })
      await device.waitForState('completed')
      expect(await device.eventTypes()).toContain('JOB_ANSWERED')
    }
  })
})
