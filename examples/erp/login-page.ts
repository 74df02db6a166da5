import { faultList, field, page } from './layout.ts'

export function loginPage(fault?: string): string {
  return page(
    'Log in',
    `${faultList(fault === undefined ? [] : [fault])}<form method="post" action="/login">
${field('User', 'user')}${field('Password', 'password', { type: 'password' })}<button id="log-in">Log in</button></form>`,
  )
}
