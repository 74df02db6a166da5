import { createRefusal } from './refusal.ts'

/** The answer to what can't be handed on, because it is no request. */
export const MALFORMED = createRefusal({
  status: 400,
  title: 'Bad Request',
  code: 'bad_request',
  detail:
    'This is not a well-formed HTTP request, its address and headers are larger than 16 KiB, or they took too long to arrive.',
})
