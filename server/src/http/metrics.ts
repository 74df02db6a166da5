import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Registry } from 'prom-client'
import { HttpError } from './http-error.ts'

export interface MetricsOptions {
  registry: Registry
  /** What a scraper sends as `Authorization: Bearer`. Without it everybody who reaches the address may read. */
  token?: string | undefined
}

/** `GET /metrics`, in the text format of Prometheus. */
export function metrics({ registry, token }: MetricsOptions): RequestHandler {
  return async (request, response) => {
    if (token !== undefined && !isSame(request.get('authorization') ?? '', `Bearer ${token}`)) {
      throw new HttpError(
        'unauthorized',
        'Metrics need the METRICS_TOKEN of this server as a bearer token.',
        {
          headers: { 'WWW-Authenticate': 'Bearer realm="headway metrics"' },
        },
      )
    }
    const text = await registry.metrics()
    response.set({ 'Cache-Control': 'no-store', 'Content-Type': registry.contentType }).send(text)
  }
}

/** Takes the same time for every wrong token. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
