/** Text that is HTML already. All other text is escaped where it becomes a part of it. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[]

/**
 * HTML of a template; a list is one part after the other, undefined is nothing.
 *
 * @example
 * html`<p>${'a < b'}</p>`.text // <p>a &lt; b</p>
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((text, index) => text + textOf(parts[index])).join(''))
}

/** Parts with something between them. */
export function joined(parts: readonly HtmlPart[], between: HtmlPart): HtmlPart {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))
}

function textOf(part: HtmlPart): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(textOf).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
