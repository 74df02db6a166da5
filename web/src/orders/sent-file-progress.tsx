import { Button } from '@mantine/core'
import { ProgressBar } from '../lib/progress-bar.tsx'
import type { SentFile } from './use-import.ts'

interface SentFileProgressProps {
  file: SentFile
  onCancel: () => void
}

/** How much of a file has been sent, and the way to give it up. */
export function SentFileProgress({ file: { name, percent }, onCancel }: SentFileProgressProps) {
  return (
    <div className="hw-panel orders-import" data-testid="sent-file">
      <div className="orders-sent-file">
        <span className="orders-file-name">
          Sending {name}: {Math.floor(percent)} %
        </span>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          Cancel upload
        </Button>
      </div>
      <ProgressBar value={percent} label={`Sending ${name}`} size="thin" />
    </div>
  )
}
