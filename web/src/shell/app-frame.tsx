import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { BrandMark } from './brand-mark.tsx'
import { ColorSchemeMenu } from './color-scheme-menu.tsx'
import { ConnectionIndicator } from './connection-indicator.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { UserMenu } from './user-menu.tsx'
import './app-frame.css'

/** The header that every page has, and the page. */
export function AppFrame({ children }: { children: ReactNode }) {
  const [location] = useLocation()
  const main = useFocusAfterNavigation(location)
  return (
    <>
      <a className="hw-skip-link" href="#content">
        Skip to the content
      </a>
      <header className="app-header">
        <div className="app-header-inner">
          <Link href="/" className="app-brand" aria-label="Headway: my jobs">
            <BrandMark />
            <span className="app-brand-name">Headway</span>
          </Link>
          <nav className="app-nav" aria-label="Pages">
            <Link href="/" className="app-nav-link" aria-current={location === '/' ? 'page' : undefined}>
              Jobs
            </Link>
            <Link
              href="/orders"
              className="app-nav-link"
              aria-current={location === '/orders' ? 'page' : undefined}
            >
              Orders
            </Link>
          </nav>
          <div className="app-header-end">
            <ConnectionIndicator />
            <ColorSchemeMenu />
            <UserMenu />
            <Button
              component={Link}
              href="/start"
              size="xs"
              leftSection={<IconPlus size={15} stroke={2.2} />}
              className="app-start"
              aria-label="Start a job"
            >
              <span className="app-start-words">Start a job</span>
            </Button>
          </div>
        </div>
      </header>
      <main id="content" className="app-main" tabIndex={-1} ref={main}>
        <ErrorBoundary resetKey={location}>{children}</ErrorBoundary>
      </main>
    </>
  )
}

/** A new page begins at its top, and a screen reader reads on there and not in the link that led to it. */
function useFocusAfterNavigation(location: string) {
  const main = useRef<HTMLElement>(null)
  const previous = useRef(location)
  useEffect(() => {
    if (previous.current === location) return
    previous.current = location
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [location])
  return main
}
