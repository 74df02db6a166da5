import { CoreClient } from './core-client.ts'

/** What {@link FreezableClient} hands over. */
interface Handover {
  readonly name: string
  readonly userId: string
  readonly token: string
  readonly port: number
}

const handover = JSON.parse(process.argv[2] ?? '{}') as Handover
const client = new CoreClient({ ...handover, history: { add: (record) => process.send?.(record) } })
process.on('disconnect', () => process.exit(0))
client.connect()
