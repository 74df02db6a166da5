import type { Request, Response } from 'express'
import { readFields } from './form-fields.ts'
import { page } from './layout.ts'
import { isOwnForm, type Sessions } from './sessions.ts'

type Show = (request: Request, response: Response, formToken: string) => void

/** Makes a handler of what is to be shown. */
export type ForUsers = (show: Show) => (request: Request, response: Response) => void

/** Pages for people who are logged in; a form must come from one of their pages. */
export function forUsers(sessions: Sessions): ForUsers {
  return (show) => (request, response) => {
    const session = sessions.find(request)
    if (!session) {
      response.redirect('/login')
      return
    }
    if (request.method === 'POST' && !isOwnForm(session, readFields(request)['form_token'])) {
      response.status(403).send(page('Not allowed', '<p>This form is too old.</p>'))
      return
    }
    show(request, response, session.formToken)
  }
}
