import { inject } from 'vitest'

/** The Postgres and the Redis that a run of the tests shares. */
export interface TestServices {
  readonly redisUrl: string
  /** Of a role that may create databases. */
  readonly postgresUrl: string
}

declare module 'vitest' {
  interface ProvidedContext {
    services: TestServices
  }
}

/** What `vitest-services.ts` started for this run. Name it as `globalSetup` of the vitest project. */
export function services(): TestServices {
  return inject('services')
}
