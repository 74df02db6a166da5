import type { OpenApiDocument } from '../openapi-document.ts'
import { callSection, methodBadge, type NamedCall } from './call-section.ts'
import { DOCS_STYLE } from './docs-style.ts'
import { html, Html } from './html.ts'
import { prose } from './prose.ts'
import { schemaSection } from './schema-section.ts'

/** The description as a page for people: no script, nothing from elsewhere, so it is there wherever the server is. */
export function docsPage(document: OpenApiDocument): string {
  const { info, tags, components } = document
  const parts = tags.map((tag) => ({ ...tag, calls: callsOf(document, tag.name) }))
  const schemas = Object.entries(components.schemas)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${info.title}: the API</title>
        <style>
          ${new Html(DOCS_STYLE)}
        </style>
      </head>
      <body>
        <nav aria-label="Calls">
          <a class="home" href="/">${info.title}</a>
          ${parts.map(
            ({ name, calls }) =>
              html`<h2>${name}</h2>
                <ul>
                  ${calls.map(callLink)}
                </ul>`,
          )}
          <h2><a href="#schemas">Schemas</a></h2>
        </nav>
        <main>
          <h1>The API of ${info.title}</h1>
          ${prose(info.description)}
          <p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
          ${shellSection(document)}
          ${parts.map(
            ({ name, description, calls }) =>
              html`<section class="part">
                <h2>${name}</h2>
                ${prose(description)} ${calls.map(callSection)}
              </section>`,
          )}
          <section class="part" id="schemas">
            <h2>Schemas</h2>
            ${schemas.map(([name, schema]) => schemaSection(name, schema))}
          </section>
        </main>
      </body>
    </html>`
  return page.text
}

/** Where the variables of the examples come from. */
function shellSection({ paths }: OpenApiDocument): Html {
  const hasDevToken = '/api/auth/dev-token' in paths
  return html`<p>
      Each call has an example for a shell. <code>$HEADWAY</code> is the address of this server,
      <code>$TOKEN</code> a
      token${hasDevToken ? ':' : ' of yours; what else begins with a dollar is the id of what you ask for.'}
    </p>
    ${hasDevToken ? html`<pre tabindex="0">${SHELL_START}</pre>` : undefined}`
}

const SHELL_START = `HEADWAY=http://localhost:3000
TOKEN=$(curl -s "$HEADWAY/api/auth/dev-token" -H "Content-Type: application/json" -d '{"userId":"ada"}' | grep -o 'ey[^"]*')
JOB_ID=…   # the "jobId" of what "Start a job" answers`

function callsOf({ paths }: OpenApiDocument, tag: string): NamedCall[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .map(([method, operation]) => ({ method, path, operation }))
      .filter(({ operation }) => operation.tags.includes(tag)),
  )
}

function callLink({ method, operation }: NamedCall): Html {
  return html`<li><a href="#${operation.operationId}">${methodBadge(method)} ${operation.summary}</a></li>`
}
