import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startTestRedis, TEST_JWT_SECRET } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'

/** What an application does that mounts Headway: open, broadcast, close. Nothing ends the process but that. */
const APPLICATION = `
  import { createServer } from 'node:http'
  import { initRealtimeServer } from '@headway/server'
  const httpServer = createServer()
  const io = await initRealtimeServer(httpServer, {
    jwtSecret: process.env.JWT_SECRET,
    redisUrl: process.env.REDIS_URL,
    cors: { origin: 'https://app.example.com' },
  })
  await new Promise((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  await io.broadcast('somebody', { type: 'CUSTOMER_UPDATED', payload: { customerId: '1' } })
  await io.broadcastToAll({ type: 'CUSTOMER_UPDATED', payload: { customerId: '2' } })
  await io.close()
  console.log('closed')
`

it('lets the process exit by itself once it is closed', async () => {
  const redis = await startTestRedis()
  onTestFinished(() => redis.stop())
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@headway/source', '--input-type=module', '--eval', APPLICATION],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, JWT_SECRET: TEST_JWT_SECRET, REDIS_URL: redis.url, NODE_OPTIONS: '' },
      timeout: 20_000,
    },
  )
  expect(stdout.trim().split('\n').at(-1)).toBe('closed')
})
