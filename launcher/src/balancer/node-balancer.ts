import { createServer, ServerResponse, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createProxyServer, type ProxyServer } from 'httpxy'
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  SILENCE_TIMEOUT_MS,
  type BalancerSettings,
} from './balancer-settings.ts'
import { InstanceAgent } from './instance-agent.ts'
import { MALFORMED } from './malformed.ts'
import type { Refusal } from './refusal.ts'
import { UNAVAILABLE } from './unavailable.ts'

/** What a client may take to read the rest once its instance is gone. */
const LAST_WORDS_TIMEOUT_MS = 5_000

/** Hands each request and each socket to an instance, with its headers as they came: the server compares `Origin` with `Host`. */
export class NodeBalancer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(proxy: ProxyServer) {
    this.#server = createServer({
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    })
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) refuseSocket(socket, MALFORMED)
      else socket.destroy()
    })
    // What goes wrong comes as the proxy's `error` event.
    this.#server.on('request', (request, response) => void proxy.web(request, response))
    this.#server.on('upgrade', (request, socket: Socket, head) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      void proxy.ws(request, socket, {}, head)
    })
  }

  /** @throws Error when nobody can listen there */
  static async open(
    { port, host, instancePorts }: BalancerSettings,
    onChange: (port: number, isReachable: boolean) => void,
  ): Promise<NodeBalancer> {
    const balancer = new NodeBalancer(createProxy(new InstanceAgent({ ports: instancePorts, onChange })))
    await new Promise<void>((resolve, reject) => {
      balancer.#server.once('error', reject)
      balancer.#server.listen({ port, host }, resolve)
    })
    return balancer
  }

  /** Cuts what is still open. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

function createProxy(agent: InstanceAgent): ProxyServer {
  const upgraded = new WeakSet<Socket>()
  const proxy = createProxyServer({
    agent,
    // Never resolved: the agent knows where the instances are.
    target: 'http://instance',
    proxyTimeout: SILENCE_TIMEOUT_MS,
  })
  proxy.on('proxyReqWs', (request, _incoming, client: Socket) => {
    request.once('socket', ({ remotePort }) => {
      request.once('error', () => {
        if (remotePort !== undefined && !client.destroyed) agent.refused(remotePort)
      })
    })
    request.once('upgrade', (_response, instance: Socket) => {
      upgraded.add(client)
      tie(client, instance)
    })
  })
  proxy.on('error', (_error, _request, client) => {
    if (client instanceof ServerResponse) refuseRequest(client)
    else if (client && !upgraded.has(client)) refuseSocket(client, UNAVAILABLE)
  })
  return proxy
}

/** Whichever ends, however it ends, takes the other along: a client that has lost its instance comes back to another. */
function tie(client: Socket, instance: Socket): void {
  client.once('close', () => instance.destroy())
  instance.once('close', () => {
    client.setTimeout(LAST_WORDS_TIMEOUT_MS, () => client.destroy())
    client.destroySoon()
  })
}

function refuseRequest(response: ServerResponse): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(UNAVAILABLE.status, UNAVAILABLE.headers).end(UNAVAILABLE.body)
}

function refuseSocket(client: Duplex, { status, title, headers, body }: Refusal): void {
  if (!client.writable) return
  const length = { 'Content-Length': Buffer.byteLength(body), Connection: 'close' }
  const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}`)
  client.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n'))
}
