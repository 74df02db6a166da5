import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { RetryableError } from '../errors.ts'
import { isPublicAddress } from './public-address.ts'
import { UrlNotAllowedError } from './url-not-allowed-error.ts'

const NOT_PUBLIC = 'its host has no public address'

export interface UrlGuardOptions {
  /** Lets private and loopback addresses through, as one's own machine and an intranet need. */
  allowPrivateUrls: boolean
  /** All addresses of a name; the system's resolver unless given. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>
  /** One origin that whoever runs the worker trusts, so that it may be private: nothing else of its host is. */
  trustedOrigin?: string | undefined
}

/** An address that may be opened, with the records that were checked: connect to these and to no others. */
export interface AllowedUrl {
  url: URL
  /** Empty where private addresses are allowed: then nothing was looked up. */
  addresses: LookupAddress[]
}

/**
 * Decides which addresses a worker opens on behalf of a user: http and https on public addresses.
 * One private record among several refuses the name, or a second lookup could choose that one.
 */
export class UrlGuard {
  readonly allowsPrivateUrls: boolean
  readonly #trustedOrigin: string | undefined
  readonly #resolve: (hostname: string) => Promise<LookupAddress[]>

  constructor(options: UrlGuardOptions) {
    this.allowsPrivateUrls = options.allowPrivateUrls
    this.#trustedOrigin = options.trustedOrigin
    this.#resolve = options.resolve ?? ((hostname) => lookup(hostname, { all: true, verbatim: true }))
  }

  /** The same rule, but for one origin. */
  trusting(origin: string): UrlGuard {
    const { allowsPrivateUrls: allowPrivateUrls } = this
    return new UrlGuard({ allowPrivateUrls, resolve: this.#resolve, trustedOrigin: origin })
  }

  /** Answers with the parsed address, or throws {@link UrlNotAllowedError}. */
  async check(input: string | URL): Promise<AllowedUrl> {
    const url = parseWebUrl(input)
    if (this.allowsPrivateUrls) return { url, addresses: [] }
    const addresses = await this.#addressesOf(url)
    const isTrusted = url.origin === this.#trustedOrigin
    const isAllowed = ({ address }: LookupAddress): boolean => isTrusted || isPublicAddress(address)
    if (addresses.length === 0 || !addresses.every(isAllowed))
      throw new UrlNotAllowedError(url.origin, NOT_PUBLIC)
    return { url, addresses }
  }

  async #addressesOf(url: URL): Promise<LookupAddress[]> {
    // The parser has already turned decimal, hexadecimal and octal hosts into a dotted address.
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    const family = isIP(hostname)
    if (family !== 0) return [{ address: hostname, family }]
    try {
      return await this.#resolve(hostname)
    } catch (error) {
      if (isTemporary(error)) {
        throw new RetryableError(`${url.hostname} could not be looked up just now.`, {
          code: 'unavailable',
          cause: error,
        })
      }
      throw new UrlNotAllowedError(url.origin, NOT_PUBLIC)
    }
  }
}

function parseWebUrl(input: string | URL): URL {
  const url = URL.parse(String(input))
  if (url === null) throw new UrlNotAllowedError(JSON.stringify(String(input)), 'it is not an absolute URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UrlNotAllowedError(url.protocol, 'only http and https addresses can')
  }
  return url
}

function isTemporary(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAI_AGAIN'
}
