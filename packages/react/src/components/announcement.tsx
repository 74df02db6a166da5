import type { ReactElement } from 'react'
import { OUT_OF_SIGHT } from './out-of-sight.ts'

/**
 * Tells a screen reader what changed. It holds what changes seldom, the state and never the progress, so that it does
 * not talk all the time.
 */
export function Announcement({ text }: { text: string }): ReactElement {
  return <output style={OUT_OF_SIGHT}>{text}</output>
}
