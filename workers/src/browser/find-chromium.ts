import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { executablePath } from 'puppeteer'
import { ChromiumNotFoundError } from './errors.ts'
import { unpackChromium } from './unpack-chromium.ts'

/** A Chromium to launch, and how it wants to be launched. */
export interface Chromium {
  executablePath: string
  /** 'shell' for a build that is only the old headless mode. */
  headless: true | 'shell'
  /** Variables that this build needs in its environment. */
  env: Record<string, string>
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Where to look; the process' own surroundings unless given. */
export interface FindChromiumOptions {
  env?: NodeJS.ProcessEnv
  platform?: NodeJS.Platform
}

/**
 * Finds the Chromium of this machine: the one that PUPPETEER_EXECUTABLE_PATH names, one on the PATH, the one that comes
 * as an npm package (Linux), or one that Puppeteer has downloaded. Throws {@link ChromiumNotFoundError} with the line to type.
 */
export async function findChromium(options: FindChromiumOptions = {}): Promise<Chromium> {
  const { env = process.env, platform = process.platform } = options
  const named = env['PUPPETEER_EXECUTABLE_PATH']
  if (named) return (await isExecutable(named)) ? installed(named) : failNamed(named)

  const places = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const candidates = NAMES.flatMap((name) => places.map((place) => join(place, name)))
  if (platform === 'darwin') candidates.push(...MAC_PATHS)
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return installed(candidate)
  }

  let cause: unknown
  if (platform === 'linux') {
    try {
      return await unpackChromium()
    } catch (error) {
      cause = error
    }
  }
  const downloaded = await executablePath()
  if (await isExecutable(downloaded)) return installed(downloaded)
  throw new ChromiumNotFoundError(
    'No Chromium was found: PUPPETEER_EXECUTABLE_PATH is not set and the PATH has neither chromium nor google-chrome. ' +
      'Install one (`apt-get install chromium`), or type `npx puppeteer browsers install chrome`.',
    { cause },
  )
}

function installed(path: string): Chromium {
  return { executablePath: path, headless: true, env: {} }
}

function failNamed(path: string): never {
  throw new ChromiumNotFoundError(
    `PUPPETEER_EXECUTABLE_PATH names ${path}, which cannot be executed. Correct it, or unset it to search the PATH.`,
  )
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
