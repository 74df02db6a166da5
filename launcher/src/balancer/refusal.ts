/** An answer that a balancer gives itself, in the form of the server's own errors. */
export interface Refusal {
  readonly status: number
  readonly title: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `headers` come on top of those that every refusal has. */
export function createRefusal(options: {
  status: number
  title: string
  code: string
  detail: string
  headers?: Record<string, string>
}): Refusal {
  const { status, title, code, detail, headers } = options
  return {
    status,
    title,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify({ type: `urn:headway:problem:${code}`, title, status, detail, code }),
  }
}
