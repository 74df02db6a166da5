import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import express, { Router } from 'express'

/** Vite puts a hash of the content into the names of these, so that they never change. */
const HASHED_FOLDER = 'assets'

/** Addresses that are never a page of the console, so that a wrong call is told so instead of getting HTML. */
const NOT_A_PAGE = /^\/(?:api|socket\.io|health|ready|metrics)(?:\/|$)/

/**
 * Serves the built console. Each of its pages is the same `index.html`, which is asked for anew each time; the hashed
 * files that it names are kept for ever.
 *
 * @param webDir where the build is; without an `index.html` in it nothing is served
 */
export function serveConsole(webDir: string): Router {
  const router = Router()
  if (!existsSync(join(webDir, 'index.html'))) return router
  router.use(
    express.static(webDir, {
      index: false,
      redirect: false,
      setHeaders: (response, path) => response.setHeader('Cache-Control', cacheControlOf(path, webDir)),
    }),
  )
  router.get('/{*page}', (request, response, next) => {
    const isPage =
      !NOT_A_PAGE.test(request.path) && request.accepts('html') !== false && !/\.\w+$/.test(request.path)
    if (!isPage) return next()
    response.sendFile('index.html', {
      root: webDir,
      cacheControl: false,
      headers: { 'Cache-Control': 'no-cache' },
    })
  })
  return router
}

function cacheControlOf(path: string, webDir: string): string {
  const isHashed = path.startsWith(join(webDir, HASHED_FOLDER) + sep)
  return isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
}
