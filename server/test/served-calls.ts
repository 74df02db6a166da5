import type { Express } from 'express'

/** What Express keeps of a route, or of what is mounted. */
interface Layer {
  rawPath: string
  route?: { path: string; stack: { method: string | undefined }[] }
  handle: { stack?: Layer[] }
}

/** Every call that an application serves, in the form `get /api/jobs/{jobId}`. */
export function servedCalls(app: Express): string[] {
  return walk((app.router as unknown as { stack: Layer[] }).stack, '')
}

function walk(stack: readonly Layer[], mount: string): string[] {
  return stack.flatMap(({ rawPath, route, handle }) =>
    route ? callsOf(route, mount) : walk(handle.stack ?? [], `${mount}${rawPath === '/' ? '' : rawPath}`),
  )
}

function callsOf({ path, stack }: NonNullable<Layer['route']>, mount: string): string[] {
  const full = `${mount}${path === '/' ? '' : path}`.replaceAll(/:(\w+)/g, '{$1}')
  // What answers all other methods says that they are not allowed.
  const methods = new Set(stack.flatMap(({ method }) => method ?? []))
  return [...methods].map((method) => `${method} ${full}`)
}
