import type { Page } from 'puppeteer'
import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'
import { openPage, type OpenedPage } from '../pages/open-page.ts'
import { untilAborted } from '../pages/until-aborted.ts'

/** Chromium draws no picture that is taller, in CSS pixels. */
const MAX_HEIGHT = 16_384

const FORMATS = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  pdf: 'application/pdf',
} as const

type Format = keyof typeof FORMATS

/** Takes a picture or a PDF of a web page. */
export const capturePage = defineOperation({
  type: 'capture-page',
  description: 'Opens a web page in a real browser and keeps a picture or a PDF of it.',
  input: z.object({
    url: z
      .string()
      .min(1)
      .max(4096)
      // An address of another kind, such as ftp:, is refused by the job itself.
      .meta({
        title: 'Address',
        description: 'The page to capture.',
        format: 'uri',
        examples: ['https://example.com'],
      }),
    format: z.enum(['png', 'pdf', 'jpeg']).default('png').meta({ title: 'Format' }),
    fullPage: z.boolean().default(true).meta({
      title: 'Full page',
      description: 'The whole length of the page, not just what fits the window.',
    }),
    viewport: z
      .object({
        width: z.int().min(200).max(3840).default(1280).meta({ title: 'Width' }),
        height: z.int().min(200).max(2160).default(800).meta({ title: 'Height' }),
      })
      .strict()
      .prefault({})
      .meta({ title: 'Window', description: 'Size of the browser window in pixels.' }),
  }),
  timeoutMs: 120_000,
  browser: true,
  async run(ctx) {
    const { url, format, fullPage, viewport } = ctx.input
    let opened: OpenedPage | undefined
    const open = async (): Promise<OpenedPage> => (opened ??= await openPage(ctx, { url, viewport }))

    ctx.expectSteps(2)
    await ctx.progress(5, 'Opening the page')
    const page = await ctx.step('open', async () => {
      const { title, url: finalUrl } = await open()
      return { title, url: finalUrl }
    })
    await ctx.progress(60, format === 'pdf' ? 'Printing the page' : 'Taking the picture')
    const artifact = await ctx.step('capture', async () => {
      // An attempt that goes on after the first step has to open the page again.
      const opening = await open()
      const data = await untilAborted(ctx.signal, capture(opening.page, { format, fullPage }))
      await ctx.progress(90, 'Storing the file')
      return ctx.artifact(`${new URL(page.url).hostname}.${format}`, data, FORMATS[format])
    })
    await ctx.progress(100, 'Done')
    return { ...page, artifactId: artifact.artifactId, size: artifact.size }
  },
})

async function capture(
  page: Page,
  { format, fullPage }: { format: Format; fullPage: boolean },
): Promise<Uint8Array> {
  if (format === 'pdf') {
    return page.pdf({ printBackground: true, format: 'A4', ...(!fullPage && { pageRanges: '1' }) })
  }
  const size = await page.evaluate('({ width: innerWidth, height: document.documentElement.scrollHeight })')
  const { width, height } = size as { width: number; height: number }
  const area =
    fullPage && height > MAX_HEIGHT ? { clip: { x: 0, y: 0, width, height: MAX_HEIGHT } } : { fullPage }
  return page.screenshot({ type: format, ...area, ...(format === 'jpeg' && { quality: 85 }) })
}
