import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import './panel.css'

interface PanelProps {
  title: string
  /** Beside the title, in small. */
  note?: ReactNode
  /** At the end of the title's line. */
  actions?: ReactNode
  children: ReactNode
}

/** A titled part of a job's page. */
export function Panel({ title, note, actions, children }: PanelProps) {
  return (
    <section className="panel hw-panel" aria-label={title}>
      <header className="panel-head">
        <Title order={2} className="panel-title hw-truncate" title={title}>
          {title}
        </Title>
        {note !== undefined && <span className="panel-note hw-number">{note}</span>}
        {actions !== undefined && <span className="panel-actions">{actions}</span>}
      </header>
      {children}
    </section>
  )
}
