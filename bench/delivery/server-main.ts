import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CONTESTANTS, type ContestantName } from './contestants.ts'

// A server process of one contestant: says where it listens, and what it has cost when asked.
const [name, redisUrl] = process.argv.slice(2) as [ContestantName, string]
const httpServer = createServer()
await CONTESTANTS[name].startServer(httpServer, redisUrl)
httpServer.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (httpServer.address() as AddressInfo).port })
})
process.on('message', () => process.send?.({ cpu: process.cpuUsage(), memory: process.memoryUsage().rss }))
process.on('disconnect', () => process.exit())
