import type {
  OpenApiContent,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from '../openapi-document.ts'
import { curlExample } from './curl-example.ts'
import { html, joined, type Html, type HtmlPart } from './html.ts'
import { prose, words } from './prose.ts'
import { schemaRules, schemaType } from './schema-type.ts'

export interface NamedCall {
  method: string
  path: string
  operation: OpenApiOperation
}

/** A call: what it takes, what it answers, and with what it refuses. */
export function callSection({ method, path, operation }: NamedCall): Html {
  const { operationId, summary, description, security, parameters, requestBody, responses } = operation
  const all = Object.entries(responses)
  const answers = all.filter(([status]) => Number(status) < 400)
  const refusals = all.filter(([status]) => Number(status) >= 400)
  return html`<article class="call" id="${operationId}" aria-labelledby="${operationId}-name">
    <h3 id="${operationId}-name">${summary}</h3>
    <p class="line">
      ${methodBadge(method)} <code class="path">${path}</code>
      <span class="access">${accessOf(security)}</span>
    </p>
    ${prose(description)} ${parameters.length === 0 ? undefined : parameterList(parameters)}
    ${
      requestBody === undefined
        ? undefined
        : html`<h4>Body</h4>
            <p>
              ${bodyOf(requestBody.content)}${requestBody.required ? undefined : html` <span class="optional">optional</span>`}
            </p>`
    }
    <h4>Answers</h4>
    <dl>${answers.map(([status, response]) => answerLine(status, response))}</dl>
    <details>
      <summary>
        Refusals:
        ${joined(
          refusals.map(([status]) => status),
          ', ',
        )}
      </summary>
      <dl>
        ${refusals.map(
          ([status, { description: when }]) =>
            html`<dt>${status}</dt>
              <dd>${prose(when)}</dd>`,
        )}
      </dl>
    </details>
    <details>
      <summary>In a shell</summary>
      <pre tabindex="0">${curlExample(method, path, operation)}</pre>
    </details>
  </article>`
}

export function methodBadge(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`
}

function accessOf(security: OpenApiOperation['security']): HtmlPart {
  const schemes = security.flatMap((each) => Object.keys(each))
  if (schemes.length === 0) return 'no token'
  if (schemes.includes('metricsToken')) return 'token of the metrics'
  return schemes.includes('tokenInAddress') ? words('token, also as `?token=`') : 'token'
}

function parameterList(parameters: readonly OpenApiParameter[]): Html {
  return html`<h4>Parameters</h4>
    <ul class="members">
      ${parameters.map(parameterLine)}
    </ul>`
}

function parameterLine({ name, in: place, required, schema, description = '' }: OpenApiParameter): Html {
  return html`<li>
    <code>${name}</code> <span class="type">${schemaType(schema)}</span> <span class="place">${place}</span>
    ${required ? undefined : html`<span class="optional">optional</span>`}
    <span class="rules">${schemaRules(schema)}</span>
    <span class="about">${words(description)}</span>
  </li>`
}

function answerLine(status: string, { description, content = {}, headers = {} }: OpenApiResponse): Html {
  const names = Object.keys(headers).map((name) => html`<code>${name}</code>`)
  return html`<dt>${status}</dt>
    <dd>
      ${prose(description)} ${Object.keys(content).length === 0 ? undefined : html`<p>${bodyOf(content)}</p>`}
      ${names.length === 0 ? undefined : html`<p>Headers: ${joined(names, ', ')}</p>`}
    </dd>`
}

function bodyOf(content: OpenApiContent): HtmlPart {
  return Object.entries(content).map(([type, { schema }]) => [
    html`<code>${type === '*/*' ? 'any type' : type}</code>`,
    schema === undefined ? undefined : html` <span class="type">${schemaType(schema)}</span>`,
  ])
}
