import { build } from 'vite'
import { expect, it } from 'vitest'

const entry = new URL('bundled-url.ts', import.meta.url).pathname

/** What a bundler that replaces these expressions makes of the module, as a module that a page can load. */
async function bundleWith(define: Record<string, string>): Promise<() => string | undefined> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    define,
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  })
  const [bundle] = [output].flat()
  const code = bundle && 'output' in bundle ? bundle.output[0].code : ''
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    bundledUrl: () => string | undefined
  }
  return module.bundledUrl
}

it.each(['import.meta.env.VITE_HEADWAY_URL', 'process.env.NEXT_PUBLIC_HEADWAY_URL'])(
  'is what the bundler writes for %s',
  async (expression) => {
    const bundledUrl = await bundleWith({ [expression]: '"https://jobs.example.com"' })
    expect(bundledUrl()).toBe('https://jobs.example.com')
  },
)

it('is nothing where the bundler knows of none', async () => {
  const bundledUrl = await bundleWith({})
  expect(bundledUrl()).toBeUndefined()
})
