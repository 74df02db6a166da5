import './progress-bar.css'

interface ProgressBarProps {
  /** 0 to 100. */
  value: number
  label: string
  tone?: 'active' | 'stopped' | 'failed'
  size?: 'thin' | 'normal'
}

/** How far a job is. The fill is scaled and not resized, so that many messages a second cost no layout. */
export function ProgressBar({ value, label, tone = 'active', size = 'normal' }: ProgressBarProps) {
  const percent = Math.min(100, Math.max(0, value))
  return (
    <div
      className="progress-bar"
      data-tone={tone}
      data-size={size}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a native one can't be drawn by a transform
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <div className="progress-bar-fill" style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  )
}
