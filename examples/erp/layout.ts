const STYLE = `body { font: 15px system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem }
nav { display: flex; gap: 1rem; border-bottom: 1px solid #bbb; padding-bottom: .5rem }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #ccc; padding: .3rem; text-align: left }
.faults { background: #fee; border: 1px solid #c00; padding: .5rem 1.5rem } input { padding: .25rem }`

/** A whole page; the menu stands on those for people who are logged in. */
export function page(title: string, body: string, formToken?: string): string {
  const menu =
    formToken === undefined
      ? ''
      : `<nav><a href="/orders">Orders</a><a href="/orders/new">New order</a><a href="/customers">Customers</a>
<form method="post" action="/logout">${hidden('form_token', formToken)}<button>Log out</button></form></nav>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)} · Old ERP</title>
<style>${STYLE}</style>${menu}<h1>${escape(title)}</h1>${body}</html>`
}

export function searchForm(action: string, words: string): string {
  return `<form action="${action}">${field('Search', 'search', { value: words })}<button id="search-button">Search</button></form>`
}

export function field(label: string, name: string, { value = '', type = 'text' } = {}): string {
  return `<p><label>${escape(label)} <input id="${name}" name="${name}" type="${type}" value="${escape(value)}"></label></p>`
}

export function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`
}

export function faultList(faults: readonly string[]): string {
  if (faults.length === 0) return ''
  return `<ul class="faults" role="alert">${faults.map((fault) => `<li>${escape(fault)}</li>`).join('')}</ul>`
}

export function escape(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => names[character] ?? character)
}
