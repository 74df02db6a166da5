import { setTimeout as delay } from 'node:timers/promises'
import express, { type Express, type Response } from 'express'
import { addCustomerRoutes } from './customer-routes.ts'
import { ErpStore } from './erp-store.ts'
import { readFields } from './form-fields.ts'
import { page } from './layout.ts'
import { loginPage } from './login-page.ts'
import { addOrderRoutes } from './order-routes.ts'
import { Sessions } from './sessions.ts'
import { forUsers } from './for-users.ts'

export interface ErpOptions {
  user: string
  password: string
  /** What every page takes at least, in milliseconds. @default 0 */
  delayMs?: number
  /**
   * Share of pages, from 0 to 1, that answer with an error. Half of them have done their work before: who gets an error can't know
   * whether an order was taken. @default 0
   */
  failureRate?: number
  /** How long a session lasts without a page, in milliseconds. @default 15 minutes */
  sessionMs?: number
  /** Where the books are kept; in memory alone unless given. */
  file?: string
  /** From 0 to 1, for the failures. @default Math.random */
  random?: () => number
}

export interface Erp {
  app: Express
  store: ErpStore
  sessions: Sessions
}

/**
 * An old ERP with nothing but pages: one logs in, searches, fills in forms, and reads what happened. It does not know that an order was
 * entered before.
 */
export function createErp(options: ErpOptions): Erp {
  const { user, password, delayMs = 0, failureRate = 0, random = Math.random } = options
  const store = new ErpStore(options.file)
  const sessions = new Sessions(options.sessionMs ?? 15 * 60_000)
  const app = express()
  app.disable('x-powered-by')
  app.use(express.urlencoded({ extended: false, limit: '256kb', parameterLimit: 400 }))
  app.get('/health', (_request, response) => void response.send('ok'))
  app.use(async (_request, response, next) => {
    await delay(delayMs)
    const dice = random()
    if (dice < failureRate / 2) {
      busy(response)
      return
    }
    if (dice < failureRate) response.send = () => busy(response)
    next()
  })

  app.get('/', (_request, response) => response.redirect('/orders'))
  app.get('/login', (_request, response) => void response.send(loginPage()))
  app.post('/login', (request, response) => {
    const { user: givenUser, password: givenPassword } = readFields(request)
    if (givenUser !== user || givenPassword !== password) {
      response.status(401).send(loginPage('User or password is wrong.'))
      return
    }
    sessions.begin(response, user)
    response.redirect('/orders')
  })

  const users = forUsers(sessions)
  app.post(
    '/logout',
    users((request, response) => {
      sessions.end(request)
      response.redirect('/login')
    }),
  )
  addOrderRoutes(app, store, users)
  addCustomerRoutes(app, store, users)
  return { app, store, sessions }
}

function busy(response: Response): Response {
  response.status(503).setHeader('content-type', 'text/html; charset=utf-8')
  return response.end(page('Busy', '<p>The system is busy. Please try again later.</p>'))
}
