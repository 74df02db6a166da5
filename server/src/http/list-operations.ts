import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'

/** `GET /operations`: what this deployment can run, with the JSON Schemas that a form can be made of. */
export function listOperations(engine: JobEngine): RequestHandler {
  return async (_request, response) => {
    response.json({ operations: await engine.operations.list() })
  }
}
