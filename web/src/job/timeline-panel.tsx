import type { JobMessage } from '@headway/client'
import { isTerminalState, type JobView } from '@headway/events'
import { memo, useMemo } from 'react'
import { formatMoment, formatPreciseClock } from '../lib/format.ts'
import { ScrollRegion } from '../lib/scroll-region.tsx'
import { Panel } from './panel.tsx'
import { timelineOf, type TimelineLine } from './timeline.ts'
import { useStickToEnd } from './use-stick-to-end.ts'
import './timeline-panel.css'

/** Every event of the job in order, by its name in the protocol. */
export function TimelinePanel({ job, events }: { job: JobView; events: readonly JobMessage[] }) {
  const lines = useMemo(() => timelineOf(events, job), [events, job])
  const { scrollRef, contentRef } = useStickToEnd(!isTerminalState(job.state))
  const total = lines.reduce((sum, { count }) => sum + count, 0)
  return (
    <Panel title="Timeline" note={`${total.toLocaleString('en')} ${total === 1 ? 'event' : 'events'}`}>
      <ScrollRegion className="timeline" label="Events of this job" scrollRef={scrollRef}>
        <ol ref={contentRef}>
          {lines.map((line) => (
            <Line key={line.key} type={line.type} time={line.time} detail={line.detail} count={line.count} />
          ))}
        </ol>
      </ScrollRegion>
    </Panel>
  )
}

/** Lines are made anew with each event; only what is not equal is drawn. */
const Line = memo(function Line({ type, time, detail, count }: Omit<TimelineLine, 'key'>) {
  return (
    <li className="timeline-line" data-event={type} data-tone={toneOf(type)}>
      {time === null ? (
        <span className="timeline-time">earlier</span>
      ) : (
        <time className="timeline-time hw-number" dateTime={time} title={formatMoment(time)}>
          {formatPreciseClock(time)}
        </time>
      )}
      <span className="timeline-what">
        <span className="timeline-type">{type}</span>
        {count > 1 && <span className="timeline-count hw-number">×{count}</span>}
        {detail !== '' && <span className="timeline-detail">{detail}</span>}
      </span>
    </li>
  )
})

function toneOf(type: TimelineLine['type']): 'good' | 'bad' | 'plain' {
  if (type === 'JOB_COMPLETED') return 'good'
  return type === 'JOB_FAILED' ? 'bad' : 'plain'
}
