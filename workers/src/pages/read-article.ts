import { readFile } from 'node:fs/promises'
import type { Page } from 'puppeteer'
import { FinalError } from '../errors.ts'

/** What a page has to read, without what surrounds it. */
export interface Article {
  title: string
  byline: string | null
  siteName: string | null
  /** HTML of its parts, in order; each begins with a heading, but for the first. */
  sections: string[]
}

/** Pages with more elements are refused: the reader would hold up its browser. */
const MAX_ELEMENTS = 200_000

const library = new URL(import.meta.resolve('@mozilla/readability/Readability.js'))
let source: Promise<string> | undefined

/** Finds the article of an open page, in the page itself, where the addresses of links and pictures can be resolved. */
export async function readArticle(page: Page): Promise<Article> {
  source ??= readFile(library, 'utf8')
  const article = (await page.evaluate(`(() => { ${await source}; ${IN_PAGE} })()`)) as Article | null
  if (article) return article
  throw new FinalError(`${new URL(page.url()).host} has no article on this page: no longer text was found.`, {
    code: 'no_article',
  })
}

const IN_PAGE = `
  const found = new Readability(document.cloneNode(true), { maxElemsToParse: ${MAX_ELEMENTS} }).parse()
  if (!found || !found.textContent.trim()) return null
  let root = new DOMParser().parseFromString(found.content, 'text/html').body
  while (root.children.length === 1 && /^(?:DIV|ARTICLE|SECTION|MAIN)$/.test(root.children[0].tagName)) root = root.children[0]
  const sections = []
  for (const node of root.childNodes) {
    const html = node.nodeType === Node.ELEMENT_NODE ? node.outerHTML : node.nodeType === Node.TEXT_NODE ? node.textContent : ''
    if (!html.trim()) continue
    const startsSection = sections.length === 0 || /^H[1-6]$/.test(node.nodeName)
    if (startsSection) sections.push(html)
    else sections[sections.length - 1] += html
  }
  return { title: found.title || document.title, byline: found.byline || null, siteName: found.siteName || null, sections }
`
