import { expect, it } from 'vitest'
import { html, joined } from './html.ts'
import { prose } from './prose.ts'

it('escapes what is no HTML yet, wherever it stands', () => {
  const evil = `"><script>alert('&')</script>`
  const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;'
  expect(html`<a title="${evil}">${[evil, html`<b>${1}</b>`, undefined]}</a>`.text).toBe(
    `<a title="${escaped}">${escaped}<b>1</b></a>`,
  )
})

it('puts something between parts', () => {
  expect(html`${joined(['a', 'b', 'c'], ', ')}`.text).toBe('a, b, c')
})

it('has paragraphs and code in prose, and nothing else', () => {
  expect(html`${prose('Sends `<b>`.\n\nTwice\nover.')}`.text).toBe(
    '<p>Sends <code>&#60;b&#62;</code>.</p><p>Twice\nover.</p>',
  )
})
