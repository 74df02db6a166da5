import { MantineProvider, getDefaultZIndex, localStorageColorSchemeManager } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { keepPlace } from './lib/keep-place.ts'
import type { CurrentConsole } from './shell/current-console.ts'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { SignedInConsole } from './shell/signed-in-console.tsx'
import { SessionProvider } from './sign-in/session-context.tsx'
import type { SessionStore } from './sign-in/session-store.ts'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { cssVariables, theme } from './theme.ts'

/** The key that `public/color-scheme.js` reads before the first paint. */
const colorSchemeManager = localStorageColorSchemeManager({ key: 'headway:color-scheme' })

interface AppProps {
  session: SessionStore
  current: CurrentConsole
}

export function App({ session, current }: AppProps) {
  const parts = useSyncExternalStore(current.subscribe, current.get)
  useFocusAfterSignIn(parts !== undefined)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
    >
      <ErrorBoundary>
        <SessionProvider store={session}>
          {/* Behind a dialog: above it, they would lie on its buttons. */}
          <Notifications
            position="bottom-right"
            limit={3}
            autoClose={6_000}
            zIndex={getDefaultZIndex('modal') - 1}
          />
          {parts === undefined ? <SignInPage /> : <SignedInConsole key={parts.userId} parts={parts} />}
        </SessionProvider>
      </ErrorBoundary>
    </MantineProvider>
  )
}

/** The form has gone with the focus in it: go on in the page that takes its place. */
function useFocusAfterSignIn(isSignedIn: boolean): void {
  const wasSignedIn = useRef(isSignedIn)
  useEffect(() => {
    if (isSignedIn && !wasSignedIn.current) keepPlace()
    wasSignedIn.current = isSignedIn
  }, [isSignedIn])
}
