import TurndownService from 'turndown'

const turndown = new TurndownService({
  headingStyle: 'atx',
  codeBlockStyle: 'fenced',
  bulletListMarker: '-',
  emDelimiter: '*',
})
turndown.remove(['script', 'style', 'noscript', 'iframe'])

/** Converts a part of a page's HTML to Markdown, with one empty line behind it; nothing for a part without text. */
export function toMarkdown(html: string): string {
  const markdown = turndown.turndown(html).trim()
  return markdown === '' ? '' : `${markdown}\n\n`
}
