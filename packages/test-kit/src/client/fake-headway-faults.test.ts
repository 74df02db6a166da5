import { jobChannel, userChannel, type WebSocketMessage } from '@headway/events'
import { expect, it } from 'vitest'
import { openHeadway, openStockClient, StockClient, until } from '../../test/client/stock-client.ts'

const told = (customerId: string) => ({ type: 'CUSTOMER_UPDATED', payload: { customerId } }) as const
const idsOf = (events: readonly WebSocketMessage[]): unknown[] =>
  events.map(({ payload }) => (payload as { customerId?: string }).customerId)

it('loses live messages that a cursor gets all the same', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  headway.publish('ada', told('1'))
  headway.drop({ count: 2 })
  for (const id of ['2', '3', '4']) headway.publish('ada', told(id))
  await client.settle()
  expect(idsOf(client.events)).toEqual(['1', '4'])
  expect(client.events[1]?.prev).not.toBe(client.events[0]?.seq)

  const ack = await client.request('resume', userChannel('ada'), client.events[0]?.seq)
  expect(ack).toMatchObject({ ok: true, status: 'replayed', count: 3 })
  expect(idsOf(client.events)).toEqual(['1', '4', '2', '3', '4'])
})

it('loses what a predicate names, and the last message until it heals', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  const end = headway.drop({ where: ({ type }) => type === 'JOB_COMPLETED' })
  const job = headway.startJob('ada', 'import')
  job.complete()
  end()
  await client.settle()
  expect(client.types).toEqual(['JOB_CREATED', 'JOB_QUEUED', 'JOB_STARTED', 'JOB_RUNNING'])
  headway.heal()
  await client.settle()
  expect(client.types.at(-1)).toBe('JOB_COMPLETED')
  headway.heal()
  await client.settle()
  expect(client.types).toHaveLength(5)
})

it('sends messages twice', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  headway.duplicate({ count: 1 })
  for (const id of ['1', '2']) headway.publish('ada', told(id))
  await client.settle()
  expect(idsOf(client.events)).toEqual(['1', '1', '2'])
})

it('reorders the messages of each channel', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  headway.reorder({ where: ({ type }) => type === 'CUSTOMER_UPDATED' })
  headway.publish('ada', told('1'))
  headway.broadcastToAll(told('all 1'))
  headway.publish('ada', told('2'))
  headway.broadcastToAll(told('all 2'))
  headway.publish('ada', told('3'))
  await client.settle()
  expect(idsOf(client.events)).toEqual(['2', '1', 'all 2', 'all 1', '3'])
})

it('sends what a reordering holds back when that is ended', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  const end = headway.reorder({ count: 3 })
  for (const id of ['1', '2']) headway.publish('ada', told(id))
  await client.settle()
  expect(client.events).toEqual([])
  end()
  headway.publish('ada', told('3'))
  await client.settle()
  expect(idsOf(client.events)).toEqual(['2', '1', '3'])

  headway.reorder()
  headway.publish('ada', told('4'))
  headway.endFaults()
  headway.publish('ada', told('5'))
  await client.settle()
  expect(idsOf(client.events).slice(3)).toEqual(['4', '5'])
})

it('holds back all that it says, calls included, and keeps its order', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  headway.hold()
  headway.publish('ada', told('1'))
  const ack = client.request('sync')
  const page = fetch(`${headway.url}/api/jobs`, {
    headers: { authorization: `Bearer ${headway.tokenFor('ada')}` },
  })
  let isAnswered = false
  void ack.then(() => (isAnswered = true))
  const other = new StockClient(headway, { token: headway.tokenFor('bob') })
  await until(() => other.socket.connected)
  expect({ events: client.events, isAnswered }).toEqual({ events: [], isAnswered: false })
  headway.release()
  expect((await page).status).toBe(200)
  await ack
  await other.ready()
  expect(idsOf(client.events)).toEqual(['1'])
})

it('takes its time, and keeps its order when it is quick again', async () => {
  const headway = await openHeadway()
  const client = await openStockClient(headway, 'ada')
  headway.delay(50)
  headway.publish('ada', told('1'))
  headway.delay(0)
  headway.publish('ada', told('2'))
  await client.settle()
  expect(idsOf(client.events)).toEqual(['1', '2'])
})

it('ends the tokens that a user has, and takes new ones', async () => {
  const headway = await openHeadway()
  const token = headway.tokenFor('ada')
  const client = await openStockClient(headway, 'ada', { token })
  const other = await openStockClient(headway, 'bob')
  headway.expireToken('ada')
  await until(() => client.socket.disconnected)
  expect(client.closings).toEqual([{ code: 'token_expired' }])
  const again = new StockClient(headway, { token })
  await until(() => again.refusals.length > 0)
  expect(again.refusals).toEqual(['token_expired'])
  const { status } = await fetch(`${headway.url}/api/jobs`, { headers: { authorization: `Bearer ${token}` } })
  expect(status).toBe(401)
  await openStockClient(headway, 'ada')
  expect(other.socket.connected).toBe(true)
})

it('forgets its log and says so, once per channel', async () => {
  const headway = await openHeadway()
  const job = headway.startJob('ada', 'import')
  const client = await openStockClient(headway, 'ada')
  const { seq } = await client.request('subscribe:job', job.jobId, {})
  headway.wipeLog()
  job.progress(10)
  await client.settle()
  const channels = [userChannel('ada'), 'all', jobChannel(job.jobId)]
  expect(client.resyncs.map(({ channel, reason }) => `${channel} ${reason}`)).toEqual(
    channels.map((channel) => `${channel} lost`),
  )
  const late = await client.request('resume', jobChannel(job.jobId), seq)
  expect(late).toMatchObject({ status: 'resync', reason: 'lost' })
})

it('cuts connections, with a word before where the test has one', async () => {
  const headway = await openHeadway()
  const [ada, bob] = [await openStockClient(headway, 'ada'), await openStockClient(headway, 'bob')]
  headway.disconnect('ada', { code: 'draining', retryAfterMs: 5 })
  await until(() => ada.socket.disconnected)
  expect(ada.closings).toEqual([{ code: 'draining', retryAfterMs: 5 }])
  expect(bob.socket.connected).toBe(true)
  headway.disconnect()
  await until(() => bob.socket.disconnected)
  expect(bob.closings).toEqual([])
})

it('refuses connections and calls until it is told otherwise', async () => {
  const headway = await openHeadway()
  const token = headway.tokenFor('ada')
  const end = headway.refuseConnections('rate_limited', { retryAfterMs: 10 })
  const refused = new StockClient(headway, { token })
  await until(() => refused.refusals.length > 0)
  expect(refused.refusals).toEqual(['rate_limited'])
  end()
  const client = await openStockClient(headway, 'ada')

  headway.refuseCalls('limit_exceeded', {
    count: 1,
    retryAfterMs: 1_500,
    where: ({ name }) => name === 'POST /api/jobs',
  })
  const start = (): Promise<Response> =>
    fetch(`${headway.url}/api/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ type: 'import' }),
    })
  const answers = [await start(), await start()]
  expect(answers.map(({ status }) => status)).toEqual([429, 201])
  expect(answers[0]?.headers.get('retry-after')).toBe('2')
  headway.refuseCalls('unavailable', { where: ({ name, userId }) => name === 'sync' && userId === 'ada' })
  expect(await client.request('sync')).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  headway.endFaults()
  expect(await client.request('sync')).toMatchObject({ ok: true })
})

it('refuses an event that it does not know, as the server does', async () => {
  const client = await openStockClient(await openHeadway(), 'ada')
  expect(await client.request('subscribe:jobs', 'all')).toMatchObject({
    ok: false,
    error: { code: 'bad_request', message: expect.stringContaining('"subscribe:jobs"') as string },
  })
})
