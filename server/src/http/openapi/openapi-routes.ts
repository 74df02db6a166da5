import type { JobEngine } from '@headway/jobs'
import { Router } from 'express'
import { JsonSchemas } from '../../json-schemas.ts'
import { methodNotAllowed } from '../problem-handler.ts'
import { apiDescription } from './api-description.ts'
import type { DescribeApiOptions } from './describe-api.ts'
import { docsPage } from './page/docs-page.ts'
import { serveDescription } from './serve-description.ts'

export interface OpenApiRoutesOptions extends Omit<DescribeApiOptions, 'schemas'> {
  engine: JobEngine
}

/** The description of everything that the server answers over HTTP: for programs, and as a page for people. */
export function createOpenApiRoutes(options: OpenApiRoutesOptions): Router {
  const parts = { ...options, schemas: new JsonSchemas() }
  const json = apiDescription(parts, (document) => JSON.stringify(document))
  const router = Router()
  router
    .route('/openapi.json')
    .get(serveDescription(json, 'application/json; charset=utf-8'))
    .all(methodNotAllowed('GET'))
  router
    .route('/docs')
    .get(serveDescription(apiDescription(parts, docsPage), 'text/html; charset=utf-8'))
    .all(methodNotAllowed('GET'))
  return router
}
