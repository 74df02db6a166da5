import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signToken } from '@headway/test-kit'
import type { HTTPRequest } from 'puppeteer'
import { expect, it } from 'vitest'
import type { Device, DeviceOptions } from './support/device.ts'
import { Stage } from './support/stage.ts'

let erpUrl: string
const stage = Stage.forFile({
  prepare: async (deployment) => {
    erpUrl = (await deployment.startErp()).url
    await deployment.startWorker()
  },
})

async function atOrders(options: DeviceOptions = {}): Promise<Device> {
  const device = await stage.signedIn(options)
  await device.press('Orders')
  await device.page.waitForSelector('.orders-head')
  return device
}

function storeBatch(count: number): Promise<void> {
  return stage.user.storeOrders(
    Array.from({ length: count }, (_, index) => ({
      customerId: `K-${index}`,
      customerName: `Customer ${String(index).padStart(3, '0')}`,
      currency: 'EUR',
      lines: [{ sku: 'BOLT-8', description: 'Bolts, 8 mm', quantity: 2, unitPrice: 1250 }],
    })),
  )
}

async function rowsOf(device: Device): Promise<number> {
  return device.page.$$eval('[data-order-id]', (rows) => rows.length)
}

async function enterOrder(device: Device, customer: string): Promise<void> {
  await device.press('New order')
  await device.page.locator('::-p-aria(Customer number)').fill(`C-${customer}`)
  await device.page.locator('::-p-aria(Customer[role="textbox"])').fill(customer)
  await device.page.locator('::-p-aria(Article)').fill('BOLT-8')
  await device.page.locator('::-p-aria(Price each)').fill('12.50')
  await device.press('Save')
  await device.page.waitForSelector('[role="dialog"]', { hidden: true })
}

it('shows what one device enters, changes and deletes on the other, without a reload', async () => {
  const desk = await atOrders()
  const phone = await atOrders({ scheme: 'dark', isPhone: true })
  await phone.waitForText('main', 'No orders yet')
  await desk.keepPicture('orders-empty')

  await enterOrder(desk, 'Acme')
  await phone.waitForText('main', 'Acme')
  await phone.waitForText('.orders-table', '12.50 EUR')
  await phone.keepPicture('phone-orders-dark')

  await phone.press('Change the order of Acme')
  await phone.page.locator('::-p-aria(Customer[role="textbox"])').fill('Acme and sons')
  await phone.keepPicture('phone-order-form-dark')
  await phone.press('Save')
  await desk.waitForText('.orders-table', 'Acme and sons')

  await desk.press('Delete the order of Acme and sons')
  await desk.page.locator('[role="dialog"] button::-p-text(Delete)').click()
  await phone.waitForText('main', 'No orders yet')
  expect([await rowsOf(desk), await rowsOf(phone)]).toEqual([0, 0])
})

it('says in an open form that another device has changed its order', async () => {
  const desk = await atOrders()
  const phone = await atOrders()
  await enterOrder(desk, 'Acme')
  await phone.waitForText('main', 'Acme')
  await desk.press('Change the order of Acme')
  await phone.press('Change the order of Acme')
  await phone.page.locator('::-p-aria(Customer[role="textbox"])').fill('Bolts Ltd')
  await phone.press('Save')
  await desk.waitForText('[role="dialog"]', 'The order was changed elsewhere meanwhile')
  // What would be refused is not offered.
  await desk.page.waitForSelector('[role="dialog"] button[type="submit"]:disabled')
  await desk.keepPicture('order-changed-elsewhere')
  await desk.press('Take over what is stored')
  await desk.press('Save')
  await desk.page.waitForSelector('[role="dialog"]', { hidden: true })
  await desk.waitForText('.orders-table', 'Bolts Ltd')
  expect(await rowsOf(desk)).toBe(1)

  await desk.press('Change the order of Bolts Ltd')
  await phone.press('Delete the order of Bolts Ltd')
  await phone.page.locator('[role="dialog"] button::-p-text(Delete)').click()
  await desk.waitForText('main', 'No orders yet')
  await desk.press('Save')
  await desk.waitForText('[role="alert"]', 'It was changed, submitted or deleted elsewhere meanwhile.')
  expect(await desk.page.$eval('[role="alert"]', ({ textContent }) => textContent)).not.toContain('version')
})

it('gives the focus back when a dialog closes, and asks before it discards what was typed', async () => {
  const desk = await atOrders()
  const focused = (words: string) =>
    desk.page.waitForFunction(
      (wanted) => {
        const { ariaLabel, textContent } = document.activeElement as HTMLElement
        return ariaLabel === wanted || textContent === wanted
      },
      {},
      words,
    )
  const openNew = async () => {
    await desk.press('New order')
    await desk.page.waitForSelector('[role="dialog"] input:focus')
  }

  await openNew()
  await desk.page.keyboard.press('Escape')
  await focused('New order')

  await openNew()
  await desk.page.keyboard.type('C-1')
  await desk.page.keyboard.press('Escape')
  await desk.waitForText('[role="alertdialog"]', 'Discard what you typed?')
  await focused('Go on editing')
  await desk.keepPicture('order-discard')
  await desk.page.keyboard.press('Enter')
  await desk.page.waitForSelector('[role="dialog"] input:focus')
  await desk.page.keyboard.press('Escape')
  await focused('Go on editing')
  await desk.press('Discard')
  await focused('New order')

  await enterOrder(desk, 'Acme')
  await focused('New order')
  await desk.press('Delete the order of Acme')
  // Enter twice deletes nothing.
  await focused('Keep it')
  await desk.page.keyboard.press('Enter')
  await focused('Delete the order of Acme')
  expect(await rowsOf(desk)).toBe(1)
  await desk.press('Delete the order of Acme')
  await desk.page.locator('[role="dialog"] button::-p-text(Delete)').click()
  await desk.page.waitForSelector('main:focus')
  expect(await rowsOf(desk)).toBe(0)
})

it('shows a batch of two hundred that comes over the API, page by page', async () => {
  const desk = await atOrders()
  await storeBatch(200)
  await desk.waitForText('main', 'Load more')
  expect(await rowsOf(desk)).toBe(50)
  await desk.keepPicture('orders-batch')
  for (let shown = 50; shown < 200; shown += 50) {
    await desk.press('Load more')
    await desk.page.waitForFunction(
      (least) => document.querySelectorAll('[data-order-id]').length > least,
      {},
      shown,
    )
  }
  expect(await rowsOf(desk)).toBe(200)
  await desk.page.locator('input[type="search"]').fill('K-42')
  await desk.page.waitForFunction(() => document.querySelectorAll('[data-order-id]').length === 1)
  await desk.waitForText('.orders-table', 'Customer 042')
  expect(new URL(desk.page.url()).search).toBe('?search=K-42')
})

it('loses no change that it hears of while older orders are asked for', async () => {
  const desk = await atOrders()
  await storeBatch(70)
  await desk.waitForText('main', 'Load more')
  const { held } = await holdOrders(desk)
  await storeBatch(1)
  const refetch = await held
  await desk.press('Load more')
  await refetch.continue()
  await desk.page.waitForFunction(() => document.querySelectorAll('[data-order-id]').length === 71)
  expect(refetch.failure()).toBeNull()
})

it('brings an order into the ERP, with its progress in the row of both devices', async () => {
  const desk = await atOrders()
  const phone = await atOrders()
  await enterOrder(desk, 'Acme')
  await phone.waitForText('main', 'Acme')
  await desk.press('Select the order of Acme[role="checkbox"]')
  await desk.press('Submit 1 selected')
  await phone.page.waitForSelector('.order-way [role="progressbar"]')
  for (const device of [desk, phone]) await device.waitForText('.orders-table', 'Submitted as ERP-')
  // It is the ERP's now: what would be refused is not offered.
  await desk.page.waitForSelector('button[aria-label="Delete the order of Acme"]:disabled')
  await desk.keepPicture('order-submitted')

  const page = await desk.page.browserContext().newPage()
  await page.goto(`${erpUrl}/login`)
  await page.locator('#user').fill('desk')
  await page.locator('#password').fill('desk')
  await page.locator('#log-in').click()
  await page.waitForSelector('#orders')
  const listed = await page.$$eval('#orders tr', (rows) => rows.map((row) => row.textContent ?? ''))
  expect(listed.filter((row) => row.includes('Acme'))).toHaveLength(1)
  await page.close()
})

it('imports a CSV file, and shows its orders on both devices', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headway-orders-'))
  const file = join(folder, 'orders.csv')
  await writeFile(file, CSV)
  const desk = await atOrders()
  const phone = await atOrders()
  const input = await desk.page.$('input[type="file"]')
  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file)
  for (const device of [desk, phone]) {
    await device.waitForText('main', 'Imported One')
    await device.waitForText('main', 'Imported Two')
  }
  await phone.keepPicture('orders-imported')
  expect(await rowsOf(phone)).toBe(2)
  await rm(folder, { recursive: true, force: true })
})

it('imports a file that is dropped on the page, in the dark', async () => {
  const desk = await atOrders({ scheme: 'dark' })
  await drop(desk, 'dragenter')
  await desk.page.waitForSelector('.orders-page[data-drop]')
  await desk.keepPicture('orders-drop-dark')
  await drop(desk, 'drop')
  await desk.waitForText('main', 'Imported Two')
  expect(await rowsOf(desk)).toBe(2)
})

it.each(['light', 'dark'] as const)(
  'gives up a file that is being sent, and starts no job (%s)',
  async (scheme) => {
    const desk = await atOrders({ scheme })
    // So slow that the file is still on its way when the button is pressed, however busy the machine is.
    await desk.page.emulateNetworkConditions({ upload: 20_000, download: 10_000_000, latency: 0 })
    await drop(desk, 'drop', `${CSV}${'PO-3,C-3,Imported Three,EUR,NUT-8,Nuts,5,0.20,\n'.repeat(200_000)}`)
    await desk.waitForText('[data-testid="sent-file"]', 'Sending orders.csv')
    await desk.keepPicture(`orders-sending-${scheme}`)
    await desk.press('Cancel upload')
    await desk.page.waitForSelector('[data-testid="sent-file"]', { hidden: true })
    await desk.page.emulateNetworkConditions(null)
    const { jobs } = await jobsOfUser()
    expect(jobs).toEqual([])
    expect(await desk.page.$('[role="alert"]')).toBeNull()
  },
)

it('takes a file in the form of the operation, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headway-orders-'))
  const file = join(folder, 'orders.csv')
  await writeFile(file, CSV)
  const desk = await atOrders()
  await desk.press('Start a job')
  await desk.page.locator('a[href="/start/import-orders"]').click()
  await desk.press('Start job')
  await desk.waitForText('form', 'Give one of these: File or CSV text.')
  await desk.keepPicture('import-form-empty')
  const input = await desk.page.waitForSelector('input[type="file"]')
  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file)
  await desk.waitForText('main', 'The file has been sent.')
  expect(await desk.page.$eval('form', ({ textContent }) => textContent)).not.toContain('Give one')
  await desk.keepPicture('import-form')
  await desk.press('Start job')
  await desk.waitForState('completed')
  const { jobs } = await jobsOfUser()
  expect(jobs).toMatchObject([{ result: { rows: 2, created: 2, updated: 0, refused: 0 } }])
  await rm(folder, { recursive: true, force: true })
})

it('says what is wrong with a file before any of it is sent', async () => {
  const desk = await atOrders()
  await drop(desk, 'drop', '')
  await desk.waitForText('[role="alert"]', 'orders.csv is empty')
  expect((await jobsOfUser()).jobs).toEqual([])
})

/** `held` is the next request for orders, which waits until it is told to continue; those behind it do not wait. */
async function holdOrders({ page }: Device): Promise<{ held: Promise<HTTPRequest> }> {
  const { promise, resolve } = Promise.withResolvers<HTTPRequest>()
  let isHeld = false
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    if (!isHeld && request.url().includes('/api/pending-orders')) {
      isHeld = true
      resolve(request)
    } else {
      // One that the page has given up meanwhile can't be continued.
      request.continue().catch(() => undefined)
    }
  })
  return { held: promise }
}

async function jobsOfUser(): Promise<{ jobs: unknown[] }> {
  const headers = { authorization: `Bearer ${await signToken({ userId: stage.user.userId })}` }
  const response = await fetch(`${stage.url}/api/jobs`, { headers })
  return (await response.json()) as { jobs: unknown[] }
}

/** What a browser tells the page when a file is dragged over it, or let go. */
async function drop(device: Device, type: 'dragenter' | 'drop', text = CSV): Promise<void> {
  await device.page.evaluate(
    (eventType, content) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([content], 'orders.csv', { type: 'text/csv' }))
      const event = new DragEvent(eventType, { dataTransfer, bubbles: true, cancelable: true })
      document.querySelector('.orders-head')?.dispatchEvent(event)
    },
    type,
    text,
  )
}

const CSV = `order,customerId,customerName,currency,sku,description,quantity,unitPrice,note
PO-1,C-1,Imported One,EUR,BOLT-8,Bolts,10,0.25,
PO-2,C-2,Imported Two,EUR,NUT-8,Nuts,5,0.20,
`
