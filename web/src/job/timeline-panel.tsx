import type { JobMessage } from '@headway/client'
import { isTerminalState, type JobView } from '@headway/events'
import { memo, useMemo } from 'react'
import { formatMoment, formatPreciseClock, plural } from '../lib/format.ts'
import { ScrollRegion } from '../lib/scroll-region.tsx'
import { Panel } from './panel.tsx'
import { timelineOf, type Timeline, type TimelineLine } from './timeline.ts'
import { useStickToEnd } from './use-stick-to-end.ts'
import './timeline-panel.css'

/** Every event of the job in order, by its name in the protocol; what nobody heard is drawn as such. */
export function TimelinePanel({ job, events }: { job: JobView; events: readonly JobMessage[] }) {
  const timeline = useMemo(() => timelineOf(events, job), [events, job])
  const hasEnded = isTerminalState(job.state)
  const { scrollRef, contentRef } = useStickToEnd(!hasEnded)
  const { lines, completeFrom } = timeline
  const split = completeFrom ?? 0
  const hasMore = !hasEnded || split < lines.length
  return (
    <Panel title="Timeline" note={countWords(timeline)}>
      <ScrollRegion className="timeline" label="Events of this job" scrollRef={scrollRef}>
        <ol ref={contentRef}>
          {lines.slice(0, split).map(drawLine)}
          {completeFrom !== null && <RecordNote isCompleteFromHere={hasMore} />}
          {lines.slice(split).map(drawLine)}
        </ol>
      </ScrollRegion>
    </Panel>
  )
}

function countWords({ lines, heard, isCut }: Timeline): string {
  if (isCut) return `newest ${plural(heard, 'event')}`
  const recorded = lines.filter(({ isRecorded }) => isRecorded).length
  if (recorded === 0) return plural(heard, 'event')
  return heard === 0 ? `${recorded} on record` : `${plural(heard, 'event')}, ${recorded} on record`
}

function drawLine({ key, ...line }: TimelineLine) {
  return <Line key={key} {...line} />
}

/** Says which lines nobody heard, and from where on the timeline is the whole of it. */
function RecordNote({ isCompleteFromHere }: { isCompleteFromHere: boolean }) {
  return (
    <li className="timeline-note">
      {isCompleteFromHere && <strong>Complete from here. </strong>}
      Lines on record come from what the server keeps of a job: they happened while this page did not listen.
    </li>
  )
}

/** Lines are made anew with each event; only what is not equal is drawn. */
const Line = memo(function Line({ type, time, detail, count, isRecorded }: Omit<TimelineLine, 'key'>) {
  return (
    <li
      className="timeline-line"
      data-event={type}
      data-tone={toneOf(type)}
      data-source={isRecorded ? 'record' : 'heard'}
    >
      {time === null ? (
        <span className="timeline-time">on record</span>
      ) : (
        <time className="timeline-time hw-number" dateTime={time} title={formatMoment(time)}>
          {formatPreciseClock(time)}
        </time>
      )}
      <span className="timeline-what">
        <span className="timeline-type">{type}</span>
        {isRecorded && time !== null && <span className="timeline-count">on record</span>}
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
