/** A timer that is so late was stopped with its process, in milliseconds. */
const FROZEN_MS = 700
const TICK_MS = 10

/** Resolves when the process was frozen and has just gone on, before anybody else here can have noticed. */
export function untilThawed(): Promise<void> {
  return new Promise((resolve) => {
    let last = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      if (now - last > FROZEN_MS) {
        clearInterval(timer)
        resolve()
      }
      last = now
    }, TICK_MS)
  })
}
