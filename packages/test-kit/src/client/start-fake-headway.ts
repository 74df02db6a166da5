import { FakeHeadway, type FakeHeadwayOptions } from './fake-headway.ts'

/**
 * Starts a Headway server for a test, on a free port of the loopback interface. It needs neither Redis nor Postgres.
 *
 * @example
 * const headway = await startFakeHeadway()
 * const client = createClient({ url: headway.url, getToken: () => headway.tokenFor('ada') })
 * const job = headway.startJob('ada', 'import')
 * job.progress(50, 'half of it')
 * job.complete({ imported: 2 })
 * await headway.close()
 */
export async function startFakeHeadway(options: FakeHeadwayOptions = {}): Promise<FakeHeadway> {
  const headway = new FakeHeadway(options)
  await headway.listen()
  return headway
}
