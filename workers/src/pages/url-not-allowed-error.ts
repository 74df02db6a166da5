import { FinalError } from '../errors.ts'

/**
 * An address that workers do not open. One message for a private address, a name without a record and a port that
 * is closed or open: an attempt must teach nothing about the network that the worker stands in.
 */
export class UrlNotAllowedError extends FinalError {
  override readonly name = 'UrlNotAllowedError'

  constructor(url: string, why: string) {
    super(`${url} cannot be opened: ${why}.`, { code: 'url_not_allowed' })
  }
}
