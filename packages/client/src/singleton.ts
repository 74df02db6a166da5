// The public names of the entry point `@headway/client/singleton`.
export {
  getSocketClient,
  initSocketClient,
  resetInstance,
  type SocketClientOptions,
} from './socket-client.ts'
