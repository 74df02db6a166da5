import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Chromium } from './find-chromium.ts'

const FONTS_CONF = 'fonts.conf'

/**
 * Unpacks the Chromium of the `@sparticuz/chromium` package, once per version and user, and answers where it is.
 * The package itself unpacks to fixed names in the temporary folder, where a second process would take a half-written file for
 * the browser and another user could leave his own: here it works in a fresh folder, which then gets its name in one step.
 */
export async function unpackChromium(cacheDir: string = defaultCacheDir()): Promise<Chromium> {
  const target = join(cacheDir, `chromium-${await packageVersion()}-${process.arch}`)
  const executablePath = join(target, 'chromium')
  if (!(await isUnpacked(executablePath))) await unpackInto(target)
  return { executablePath, headless: 'shell', env: { FONTCONFIG_FILE: join(target, FONTS_CONF) } }
}

async function unpackInto(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const staging = await mkdtemp(`${target}-`)
  const script = `import chromium from ${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}; await chromium.executablePath()`
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TMPDIR: staging },
      timeout: 120_000,
    })
    await writeFile(join(staging, FONTS_CONF), fontsConf(target))
    await rename(staging, target)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    // Another process may have been first: its copy is as good.
    if (!(await isUnpacked(join(target, 'chromium')))) throw error
  }
}

/** The machine's fonts where it has some, and the package's own font for a machine that has none. */
function fontsConf(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${directory}/fonts</dir>
  <cachedir>${directory}/fonts-cache</cachedir>
</fontconfig>
`
}

async function isUnpacked(executablePath: string): Promise<boolean> {
  return access(executablePath, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function packageVersion(): Promise<string> {
  const manifestUrl = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'))
  const manifest: unknown = JSON.parse(await readFile(manifestUrl, 'utf8'))
  return (manifest as { version: string }).version
}

function defaultCacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headway')
}
