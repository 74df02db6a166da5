import type { OpenApiContent, OpenApiOperation, OpenApiParameter } from '../openapi-document.ts'

/** How a call is made from a shell: what is different for each reader, as the address of the server, is in variables. */
export function curlExample(method: string, path: string, operation: OpenApiOperation): string {
  const { parameters, requestBody, responses, security } = operation
  const flags = [
    // What comes bit by bit is shown as it comes.
    ...(isStream(responses['200']?.content) ? ['-N'] : []),
    ...(method === 'get' ? [] : [`-X ${method.toUpperCase()}`]),
  ]
  return [
    ['curl', ...flags, `"$HEADWAY${withVariables(path)}${queryOf(parameters)}"`].join(' '),
    ...(security.length === 0 ? [] : [`-H "Authorization: Bearer ${tokenOf(security)}"`]),
    ...bodyOf(requestBody?.content),
  ].join(' \\\n  ')
}

/** `{jobId}` as `$JOB_ID`; curl takes braces for something of its own. */
function withVariables(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => `$${variableOf(name)}`)
}

function variableOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

function queryOf(parameters: readonly OpenApiParameter[]): string {
  const required = parameters.filter((each) => each.in === 'query' && each.required)
  const parts = required.map(({ name, schema: { examples } }) => {
    const [example] = Array.isArray(examples) ? (examples as unknown[]) : []
    return `${name}=${typeof example === 'string' ? example : `$${variableOf(name)}`}`
  })
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

function tokenOf(security: OpenApiOperation['security']): string {
  return security.some((each) => 'metricsToken' in each) ? '$METRICS_TOKEN' : '$TOKEN'
}

function bodyOf(content: OpenApiContent | undefined): string[] {
  if (content === undefined) return []
  if (content['*/*'] !== undefined) return [`-H "Content-Type: text/csv" --data-binary @orders.csv`]
  const example = content['application/json']?.example
  const body = example === undefined ? '@body.json' : quoted(JSON.stringify(example))
  return ['-H "Content-Type: application/json"', `-d ${body}`]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function isStream(content: OpenApiContent | undefined): boolean {
  return content?.['text/event-stream'] !== undefined
}
