/** What a balancer is told on its command line, as JSON. */
export interface BalancerSettings {
  /** Where clients come to; all interfaces without a host. */
  readonly port: number
  readonly host: string | undefined
  /** Where the server's instances listen on 127.0.0.1. */
  readonly instancePorts: readonly number[]
  /** Its own: configuration, process id. Nothing is written anywhere else. */
  readonly folder: string
}

/** Longer than the 45 s after which server and client take a silent socket for lost. */
export const SILENCE_TIMEOUT_MS = 75_000

/** How long an instance may take to accept a connection: on one machine a moment, unless it is frozen. */
export const CONNECT_TIMEOUT_MS = 2_000

/** An instance that refused a connection is not asked again before the others for so long. */
export const REST_AFTER_REFUSAL_MS = 1_000

/** As the server itself has them. */
export const HEADERS_TIMEOUT_MS = 10_000
export const KEEP_ALIVE_TIMEOUT_MS = 65_000
export const MAX_HEADER_BYTES = 16_384
