import type { Logger } from '@headway/event-log'

/** Set HEADWAY_TEST_LOG to see what the workers of a test say. */
export const testLogger: Logger = process.env['HEADWAY_TEST_LOG']
  ? // oxlint-disable-next-line no-console -- for a developer who asks for it
    { debug() {}, info: console.info, warn: console.warn, error: console.error }
  : { debug() {}, info() {}, warn() {}, error() {} }
