import { uniqueUserId } from '@headway/test-kit'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { ApiUser } from './api-user.ts'
import { Deployment, type DeploymentOptions } from './deployment.ts'
import { DeviceDrawer } from './device-drawer.ts'
import type { Device, DeviceOptions } from './device.ts'

interface StageOptions extends DeploymentOptions {
  /** What the deployment needs before the first test, such as a worker. */
  prepare?: (deployment: Deployment) => Promise<unknown>
  /** Switches of Chromium. */
  switches?: readonly string[]
}

/** What the tests of a file play on: a deployment, devices, and a user who is another one in each test. */
export class Stage {
  #deployment: Deployment | undefined
  #drawer: DeviceDrawer | undefined
  #user: ApiUser | undefined

  private constructor() {}

  /** Opens before the tests of the file that calls this, and closes after them. */
  static forFile({ prepare, switches, ...options }: StageOptions = {}): Stage {
    const stage = new Stage()
    beforeAll(async () => {
      stage.#deployment = await Deployment.open(options)
      await prepare?.(stage.#deployment)
      stage.#drawer = await DeviceDrawer.open(switches)
    })
    afterAll(async () => {
      await stage.#drawer?.close()
      await stage.#deployment?.close()
    })
    beforeEach(() => {
      stage.#user = new ApiUser(stage.url, uniqueUserId())
    })
    afterEach(() => stage.#drawer?.putBack())
    return stage
  }

  get deployment(): Deployment {
    return opened(this.#deployment)
  }

  get url(): string {
    return this.deployment.url
  }

  get user(): ApiUser {
    return opened(this.#user)
  }

  take(options?: DeviceOptions): Promise<Device> {
    return opened(this.#drawer).take(options)
  }

  /** A device on which the user has signed in to the console. */
  async signedIn(options?: DeviceOptions): Promise<Device> {
    const device = await this.take(options)
    await device.signIn(this.url, this.user.userId)
    await device.page.waitForSelector('.app-header')
    return device
  }
}

function opened<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The stage opens when the tests begin.')
  return part
}
