import './styles/mantine.css'
import './styles/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { CurrentConsole } from './shell/current-console.ts'
import { SessionStore } from './sign-in/session-store.ts'

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no element #root to render into.')

const session = new SessionStore({ storage: sessionStorage, shared: localStorage })
const current = new CurrentConsole(session)

createRoot(root).render(
  <StrictMode>
    <App session={session} current={current} />
  </StrictMode>,
)
