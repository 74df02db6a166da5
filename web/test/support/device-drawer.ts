import { findChromium } from '@headway/workers'
import { launch, type Browser } from 'puppeteer'
import { Device, type DeviceOptions } from './device.ts'

/** A browser that stands for all the devices of a test file. */
export class DeviceDrawer {
  readonly #browser: Browser
  readonly #devices: Device[] = []

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** With switches of Chromium beside those that it needs anyway. */
  static async open(switches: readonly string[] = []): Promise<DeviceDrawer> {
    const chromium = await findChromium()
    const browser = await launch({
      executablePath: chromium.executablePath,
      headless: chromium.headless,
      env: { ...process.env, ...chromium.env },
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...switches],
    })
    return new DeviceDrawer(browser)
  }

  async take(options: DeviceOptions = {}): Promise<Device> {
    const device = await Device.open(this.#browser, options)
    this.#devices.push(device)
    return device
  }

  /** Closes what was taken; throws what a page complained of. */
  async putBack(): Promise<void> {
    for (const device of this.#devices.splice(0)) await device.close()
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }
}
