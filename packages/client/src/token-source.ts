/** A token, or null for "signed out". */
export type GetToken = () => string | null | Promise<string | null>

/** Holds the token in use and renews it, one renewal at a time. */
export class TokenSource {
  readonly #getToken: GetToken
  #token: string | null
  #renewal: Promise<string | null> | undefined
  /** Ends a renewal that takes too long: the next one asks anew, and a late answer is not heard. */
  giveUp: (error: Error) => void = () => {}

  /** @param options.token A fixed token: without a `getToken` every renewal is the same one. */
  constructor(options: { token?: string | undefined; getToken?: GetToken | undefined }) {
    const { token = null, getToken = () => token } = options
    this.#token = token
    this.#getToken = getToken
  }

  /** The token in use; the first one is fetched. */
  async current(): Promise<string | null> {
    return this.#token ?? (await this.renew())
  }

  /** Forgets the token, so that the next use fetches one. */
  invalidate(): void {
    this.#token = null
  }

  /** Fetches a new token. Rejects with an error whose cause is what `getToken` threw. */
  async renew(): Promise<string | null> {
    this.#renewal ??= this.#fetch().finally(() => {
      this.#renewal = undefined
    })
    return await this.#renewal
  }

  async #fetch(): Promise<string | null> {
    const given = new Promise<never>((_resolve, reject) => {
      this.giveUp = reject
    })
    try {
      this.#token = (await Promise.race([this.#getToken(), given])) || null
      return this.#token
    } catch (cause) {
      throw new Error(`getToken failed: ${String(cause)}`, { cause })
    }
  }
}
