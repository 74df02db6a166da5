import type { OpenApiOperation } from '../openapi-document.ts'

/** How a call is made from a shell, with the address of the server and a token in variables. */
export function curlExample(method: string, path: string, operation: OpenApiOperation): string {
  const { parameters, requestBody, security } = operation
  const query = parameters
    .filter((each) => each.in === 'query' && each.required)
    .map(({ name }) => `${name}=…`)
  const address = `$HEADWAY${path}${query.length === 0 ? '' : `?${query.join('&')}`}`
  const isFile = requestBody?.content['*/*'] !== undefined
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "${address}"`,
    ...(security.length === 0 ? [] : [`-H "Authorization: Bearer $TOKEN"`]),
    ...(requestBody === undefined || isFile ? [] : [`-H "Content-Type: application/json" -d @body.json`]),
    ...(isFile ? [`-H "Content-Type: text/csv" --data-binary @orders.csv`] : []),
  ].join(' \\\n  ')
}
