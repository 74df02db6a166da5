import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import './callout.css'

interface CalloutProps {
  tone: 'danger' | 'warning' | 'plain'
  icon: Icon
  title: string
  children?: ReactNode
}

/** Something to know before going on, in the middle of a page. A danger is read out at once. */
export function Callout({ tone, icon: CalloutIcon, title, children }: CalloutProps) {
  return (
    <div className="callout" data-tone={tone} role={tone === 'danger' ? 'alert' : undefined}>
      <CalloutIcon className="callout-icon" size={18} stroke={1.9} aria-hidden="true" />
      <div className="callout-words">
        <p className="callout-title">{title}</p>
        {children}
      </div>
    </div>
  )
}
