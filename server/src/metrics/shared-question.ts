/**
 * Asks one question at a time: whoever asks meanwhile gets the same answer, also when it takes long, so that a service that
 * hangs is not asked again and again.
 *
 * @param timeoutMs how long one asker waits
 * @returns the question; rejects when there is no answer in time
 */
export function sharedQuestion<TAnswer>(
  ask: () => Promise<TAnswer>,
  timeoutMs: number,
): () => Promise<TAnswer> {
  let asked: Promise<TAnswer> | undefined
  return async () => {
    if (asked === undefined) {
      asked = ask()
      const forget = () => {
        asked = undefined
      }
      asked.then(forget, forget)
    }
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs)
    try {
      return await Promise.race([asked, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}
