import { z } from 'zod'
import { defineOperation } from '../define-operation.ts'
import { openPage } from '../pages/open-page.ts'
import { readArticle } from '../pages/read-article.ts'
import { toMarkdown } from '../pages/to-markdown.ts'
import { untilAborted } from '../pages/until-aborted.ts'

const WINDOW = { width: 1280, height: 800 }

/** Reads the article of a web page. */
export const extractPage = defineOperation({
  type: 'extract-page',
  description: 'Reads the article of a web page and writes it down as Markdown, section by section.',
  input: z.object({
    url: z
      .string()
      .min(1)
      .max(4096)
      // An address of another kind, such as ftp:, is refused by the job itself.
      .meta({
        title: 'Address',
        description: 'The page to read.',
        format: 'uri',
        examples: ['https://example.com'],
      }),
  }),
  timeoutMs: 120_000,
  browser: true,
  async run(ctx) {
    ctx.expectSteps(3)
    await ctx.progress(5, 'Opening the page')
    const article = await ctx.step('read', async () => {
      const { page, url } = await openPage(ctx, { url: ctx.input.url, viewport: WINDOW, bypassPolicy: true })
      await ctx.progress(30, 'Looking for the article')
      return { url, ...(await untilAborted(ctx.signal, readArticle(page))) }
    })

    const markdown = await ctx.step('write', async () => {
      const parts: string[] = []
      const write = async (part: string): Promise<void> => {
        parts.push(part)
        await ctx.chunk(part)
      }
      await write(heading(article))
      const total = article.sections.length
      for (const [index, section] of article.sections.entries()) {
        ctx.signal.throwIfAborted()
        await write(toMarkdown(section))
        await ctx.progress(40 + (50 * (index + 1)) / total, `Writing section ${index + 1} of ${total}`)
      }
      return parts.join('')
    })

    await ctx.progress(95, 'Storing the file')
    const artifact = await ctx.step('store', () =>
      ctx.artifact(`${new URL(article.url).hostname}.md`, markdown, 'text/markdown'),
    )
    await ctx.progress(100, 'Done')
    return { url: article.url, title: article.title, artifactId: artifact.artifactId, size: artifact.size }
  },
})

function heading({
  title,
  byline,
  siteName,
}: {
  title: string
  byline: string | null
  siteName: string | null
}) {
  const source = [byline, siteName].filter(Boolean).join(', ')
  return `# ${title}\n\n${source ? `*${source}*\n\n` : ''}`
}
