import { html, type HtmlPart } from './html.ts'

/** Words with `code` in them. */
export function words(text: string): HtmlPart {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
}

/** Paragraphs of {@link words}. */
export function prose(text: string | undefined): HtmlPart {
  return text?.split('\n\n').map((paragraph) => html`<p>${words(paragraph)}</p>`)
}
