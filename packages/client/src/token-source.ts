/** A token, or null for "signed out". */
export type GetToken = () => string | null | Promise<string | null>

/** Holds the token in use and renews it, one renewal at a time. */
export class TokenSource {
  readonly #getToken: GetToken | undefined
  #token: string | null
  #renewal: Promise<string | null> | undefined
  /** Ends a renewal that takes too long: the next one asks anew, and a late answer is not heard. */
  giveUp: (error: Error) => void = () => {}

  /** @param token A fixed token; without `getToken` it can't be renewed. */
  constructor(options: { token?: string | undefined; getToken?: GetToken | undefined }) {
    this.#token = options.token ?? null
    this.#getToken = options.getToken
  }

  get canRenew(): boolean {
    return this.#getToken !== undefined
  }

  /** The token in use, without fetching one. */
  get held(): string | null {
    return this.#token
  }

  /** The token in use; the first one is fetched. */
  async current(): Promise<string | null> {
    return this.#token ?? (await this.renew())
  }

  /** Forgets the token, so that the next use fetches one. A fixed token stays. */
  invalidate(): void {
    if (this.canRenew) this.#token = null
  }

  /** Fetches a new token. Rejects with what `getToken` threw. */
  async renew(): Promise<string | null> {
    if (!this.#getToken) return this.#token
    this.#renewal ??= this.#fetch(this.#getToken).finally(() => {
      this.#renewal = undefined
    })
    return await this.#renewal
  }

  async #fetch(getToken: GetToken): Promise<string | null> {
    const given = new Promise<never>((_resolve, reject) => {
      this.giveUp = reject
    })
    this.#token = (await Promise.race([getToken(), given])) || null
    return this.#token
  }
}
