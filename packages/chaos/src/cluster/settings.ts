/** Intervals short enough to see a fault begin and end in seconds. Rows may set others. */
export const TEST_SETTINGS = {
  HEADWAY_HEAD_CHECK_MS: '2000',
  HEADWAY_PING_INTERVAL_MS: '1000',
  HEADWAY_PING_TIMEOUT_MS: '1500',
  HEADWAY_OUTBOX_SWEEP_MS: '300',
  HEADWAY_LEASE_MS: '3000',
} as const

/** Longest silence of a healthy server under {@link TEST_SETTINGS}: what a dead connection costs a client. */
export const SILENCE_MS = 2_500

/** Longest wait of a client between two attempts. */
const RETRY_MS = 500

/** From the end of a fault that broke the connections until every client is back: {@link SILENCE_MS}, and an attempt. */
export const RETURN_MS = SILENCE_MS + RETRY_MS
