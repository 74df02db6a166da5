import { z } from 'zod'
import { defineOperation } from '../../src/define-operation.ts'

/** The cheapest job for a browser: it opens a page and stays there for a moment. */
export const visitPage = defineOperation({
  type: 'visit-page',
  description: 'Opens a page and answers with its title.',
  input: z.object({ url: z.string() }),
  timeoutMs: 60_000,
  maxFailures: 20,
  browser: true,
  async run(ctx) {
    const page = await ctx.browser().newPage()
    await page.goto(ctx.input.url)
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))')
    return { title: await page.title() }
  },
})
