/** What the servers under test give their metrics for. */
export const METRICS_TOKEN = 'chaos-metrics-token'

/**
 * Reads one metric without labels from a server.
 *
 * @throws Error if the server does not have it
 */
export async function serverMetric(port: number, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]
  if (value === undefined) throw new Error(`/metrics (${response.status}) has no ${name}.`)
  return Number(value)
}
