import { FinalError } from '../errors.ts'
import type { ErpAccount } from './erp-account.ts'
import { erpUnavailable } from './erp-errors.ts'
import { ErpPage, type ErpPageParts } from './erp-page.ts'
import type { PageFacts } from './page-scripts.ts'

/** How often a piece of work is begun anew because the session has ended in the middle of it. */
const MAX_LOGINS = 3

/** The ERP asks again who one is. */
class SessionEndedError extends Error {
  override readonly name = 'SessionEndedError'
}

/** Somebody who is logged in to the ERP, as long as the ERP thinks so. */
export class ErpSession {
  readonly page: ErpPage
  readonly #account: ErpAccount

  static async open(
    parts: Pick<ErpPageParts, 'browser' | 'signal'>,
    account: ErpAccount,
  ): Promise<ErpSession> {
    const { origin, pageTimeoutMs: timeoutMs } = account
    return new ErpSession(await ErpPage.open({ ...parts, origin, timeoutMs }), account)
  }

  private constructor(page: ErpPage, account: ErpAccount) {
    this.page = page
    this.#account = account
  }

  /**
   * Does what one has to be logged in for. Where the session ends in the middle, it logs in and does it again from the beginning: so
   * the work looks first at what is done already.
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    for (let logins = 0; ; logins += 1) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof SessionEndedError)) throw error
        if (logins === MAX_LOGINS) throw erpUnavailable(`The ERP has ended ${MAX_LOGINS} sessions in a row.`)
        await this.#logIn()
      }
    }
  }

  async goTo(path: string): Promise<PageFacts> {
    return stillLoggedIn(await this.page.goTo(path))
  }

  async press(button: string): Promise<PageFacts> {
    return stillLoggedIn(await this.page.press(button))
  }

  async #logIn(): Promise<void> {
    const { user, password } = this.#account
    await this.page.goTo('/login')
    await this.page.fill('#log-in', { user, password })
    const { isLogin, faults } = await this.page.press('#log-in')
    if (!isLogin) return
    // Tried again, it could lock the account.
    const message = `The ERP does not let this worker in: ${faults.join(' ')} Set ERP_USER and ERP_PASSWORD.`
    throw new FinalError(message, { code: 'erp_login_refused' })
  }
}

function stillLoggedIn(facts: PageFacts): PageFacts {
  if (facts.isLogin) throw new SessionEndedError('The ERP asks who is there.')
  return facts
}
