import { createRefusal } from './refusal.ts'

/** The answer to a request that no instance has answered. */
export const UNAVAILABLE = createRefusal({
  status: 503,
  title: 'Service Unavailable',
  code: 'unavailable',
  detail:
    'No server has answered. Try again in a moment; with the same Idempotency-Key no job is started twice.',
  headers: { 'Retry-After': '1' },
})
