/** How the page of the description looks: the colours of the console, light or dark as the reader has it. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f5f7f6, #0f1514);
  --surface: light-dark(#ffffff, #151c1b);
  --sunken: light-dark(#f7f9f8, #101615);
  --line: light-dark(#e0e6e4, #27312f);
  --text: light-dark(#16201e, #dbe3e1);
  --muted: light-dark(#5a6663, #95a3a0);
  --accent: light-dark(#08776f, #4fcabd);
  --danger: light-dark(#b42318, #ff8f82);
  --warning: light-dark(#8f5300, #f2b75c);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  display: grid;
  grid-template-columns: 19rem minmax(0, 1fr);
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 0.9375rem/1.55 system-ui, sans-serif;
}
a { color: var(--accent); text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
nav {
  position: sticky;
  top: 0;
  height: 100vh;
  overflow: auto;
  padding: 1.25rem;
  border-right: 1px solid var(--line);
  background: var(--surface);
  font-size: 0.8125rem;
}
nav .home { font-size: 1rem; font-weight: 650; color: var(--text); text-decoration: none; }
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 0.8125rem; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li a {
  display: grid;
  grid-template-columns: 3.4rem minmax(0, 1fr);
  padding: 0.2rem 0;
  color: var(--muted);
  text-decoration: none;
}
nav li a:hover { color: var(--accent); }
main { max-width: 58rem; padding: 2rem 2.5rem 6rem; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
h1, h2, h3 { letter-spacing: -0.01em; }
.part { margin-top: 3rem; }
.part > h2 { margin: 0; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; }
h3 small { color: var(--muted); font-weight: 400; }
h4 { margin: 1rem 0 0.25rem; color: var(--muted); font-size: 0.8125rem; font-weight: 600; }
p { margin: 0.35rem 0; }
.call, .schema {
  margin-top: 1rem;
  padding: 1rem 1.25rem;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  background: var(--surface);
}
:target { border-color: var(--accent); }
code, pre { font: 0.85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.path { font-weight: 600; }
pre {
  overflow: auto;
  margin: 0.5rem 0 0;
  padding: 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  background: var(--sunken);
}
.method { display: inline-block; font: 700 0.75rem/1.5 ui-monospace, monospace; color: var(--accent); }
.method.post { color: light-dark(#1d4fb8, #8db4ff); }
.method.patch { color: var(--warning); }
.method.delete { color: var(--danger); }
.access, .place, .optional, .rules { color: var(--muted); font-size: 0.8125rem; }
.access::before { content: '· '; }
.members { margin: 0.25rem 0; padding: 0; list-style: none; }
.members li { padding: 0.35rem 0; border-top: 1px solid var(--line); }
.members .members { margin-left: 1.25rem; }
.members > li > code { font-weight: 600; }
.type { font-size: 0.875rem; }
.about { display: block; color: var(--muted); font-size: 0.875rem; }
dl { display: grid; grid-template-columns: 3rem minmax(0, 1fr); gap: 0.25rem 0.5rem; margin: 0.25rem 0; }
dt { font: 600 0.85em/1.8 ui-monospace, monospace; }
dd { margin: 0; }
dd p { margin: 0; }
details { margin-top: 0.5rem; }
summary { color: var(--muted); font-size: 0.875rem; cursor: pointer; }
@media (max-width: 50rem) {
  body { display: block; }
  nav { position: static; height: auto; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1.25rem; }
}
@media print {
  body { display: block; }
  nav { display: none; }
}
`
