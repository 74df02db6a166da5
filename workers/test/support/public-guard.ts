import type { LookupAddress } from 'node:dns'
import { UrlGuard, type AllowedUrl } from '../../src/pages/url-guard.ts'
import { PAGES_ADDRESS } from './page-server.ts'

export const PUBLIC_ADDRESS = '93.184.215.14'

/**
 * The production rule in a small internet: a few names, of which those with the public record are served by the pages of the test. What the rule
 * refuses it refuses here; only where a connection to the public record ends is different.
 */
export class PublicGuard extends UrlGuard {
  /** @param names how often a name was asked for so far, to its addresses; the last entry stands for all later questions */
  constructor(names: Record<string, readonly string[]>) {
    const asked = new Map<string, number>()
    super({
      allowPrivateUrls: false,
      resolve: (hostname) => {
        const answers = names[hostname]
        if (!answers) return Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }))
        const turn = asked.get(hostname) ?? 0
        asked.set(hostname, turn + 1)
        return Promise.resolve([toRecord(answers[Math.min(turn, answers.length - 1)] ?? '')])
      },
    })
  }

  override async check(input: string | URL): Promise<AllowedUrl> {
    const { url, addresses } = await super.check(input)
    return {
      url,
      addresses: addresses.map((record) =>
        record.address === PUBLIC_ADDRESS ? toRecord(PAGES_ADDRESS) : record,
      ),
    }
  }
}

function toRecord(address: string): LookupAddress {
  return { address, family: address.includes(':') ? 6 : 4 }
}
