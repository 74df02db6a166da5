import type { TabMessage, WorkerMessage } from './shared-messages.ts'

/** Sends through a port. */
export function post(port: MessagePort, message: TabMessage | WorkerMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  port.postMessage(message)
}

/** Hears what comes through a port, until the signal. */
export function listen(
  port: MessagePort,
  onMessage: (event: MessageEvent) => void,
  signal: AbortSignal,
): void {
  port.addEventListener('message', onMessage, { signal })
  port.start()
}
