import { Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import './notice.css'

interface NoticeProps {
  icon: Icon
  title: string
  tone?: 'plain' | 'danger'
  /** The notice is all there is: its title is the page's. */
  isPage?: boolean
  children: ReactNode
}

/** Stands where there is nothing to show, and says what to do next. */
export function Notice({ icon: NoticeIcon, title, tone = 'plain', isPage = false, children }: NoticeProps) {
  return (
    <section className="notice" data-tone={tone} role={tone === 'danger' ? 'alert' : undefined}>
      <span className="notice-icon">
        <NoticeIcon size={26} stroke={1.6} aria-hidden="true" />
      </span>
      <Title order={isPage ? 1 : 2} size="h4">
        {title}
      </Title>
      {children}
    </section>
  )
}
