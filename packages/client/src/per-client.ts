import type { HeadwayClient } from './headway-client.ts'

/** Makes a value once for each client, which lives as long as the client does. */
export function perClient<TValue>(
  create: (client: HeadwayClient) => TValue,
): (client: HeadwayClient) => TValue {
  const values = new WeakMap<HeadwayClient, TValue>()
  return (client) => {
    const value = values.get(client) ?? create(client)
    values.set(client, value)
    return value
  }
}
