/** npm passes a Ctrl-C on to us that the terminal has sent us already: two so close together are one. */
const SAME_REQUEST_MS = 500

export interface StopRequests {
  /** Resolves at the first request, with what it was. */
  readonly first: Promise<string>
  /** Resolves at the second: somebody has lost patience. */
  readonly second: Promise<void>
}

/** Ctrl-C, SIGTERM, a closed terminal, or the end of the process that started this one. */
export function watchStopRequests(process: NodeJS.Process): StopRequests {
  const first = Promise.withResolvers<string>()
  const second = Promise.withResolvers<void>()
  let firstAt: number | undefined

  const onRequest = (reason: string) => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      first.resolve(reason)
    } else if (performance.now() - firstAt > SAME_REQUEST_MS) {
      second.resolve()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onRequest)
  // Not impatience: whoever started us may be ending because we are.
  process.once('disconnect', () => first.resolve('disconnect'))
  // It may have ended while this one was still being loaded.
  if (process.send && !process.connected) first.resolve('disconnect')
  return { first: first.promise, second: second.promise }
}
