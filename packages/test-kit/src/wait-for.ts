/**
 * Asks until the answer is truthy, and returns it. An error counts as "not yet"; the last one is the cause of the failure.
 *
 * @param options.timeoutMs @default 5_000
 * @example const job = await waitFor(async () => (await jobs.view(userId, jobId))?.state === 'completed')
 */
export async function waitFor<TAnswer>(
  condition: () => TAnswer | Promise<TAnswer>,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<NonNullable<TAnswer>> {
  const { timeoutMs = 5_000, intervalMs = 20 } = options
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  while (performance.now() < deadline) {
    try {
      const answer = await condition()
      if (answer) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
  throw new Error(`Not true within ${timeoutMs} ms: ${condition.toString().slice(0, 200)}`, { cause })
}
