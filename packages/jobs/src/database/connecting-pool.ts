import { Pool, type PoolClient } from 'pg'
import { asAway } from './as-away.ts'

/** A pool that says of a connection which can't be had that Postgres is away. */
export class ConnectingPool extends Pool {
  override connect(...args: never[]): never {
    const client: unknown = super.connect(...(args as unknown as []))
    return (client instanceof Promise ? (client as Promise<PoolClient>).catch(asAway) : client) as never
  }
}
