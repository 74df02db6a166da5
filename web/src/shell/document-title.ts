import { useEffect } from 'react'

/** Names the page in the browser's tab: what it shows first, the product last. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Headway' : `${title} · Headway`
  }, [title])
}
