import type { WebSocketMessage } from '@headway/events'
import { isTerminalEvent } from '@headway/events'
import type { Told } from './follower.ts'
import { isLifecycle } from './check-lifecycle.ts'

interface Channel {
  name: string
  committed: readonly WebSocketMessage[]
  told: readonly Told[]
  /** Messages up to this version may have come before the follower. */
  joinedAt: number
}

/**
 * What is wrong with what a follower was told, beside what was committed: each message once and in order, unless it was told
 * of a gap. Behind that a message may come that came before: a Redis that has forgotten its log has forgotten what it sent.
 */
export function toldProblems({ name, committed, told, joinedAt }: Channel): string[] {
  const problems: string[] = []
  const keys = committed.map(keyOf)
  const places: number[] = []
  let last = -1
  for (const message of told) {
    if (message.type === 'resync') last = -1
    if (!('seq' in message)) continue
    const key = keyOf(message)
    const place = keys.indexOf(key)
    if (place === -1) problems.push(`${name}: ${key} was told and never committed`)
    else if (place <= last) problems.push(`${name}: ${key} came too late or twice`)
    last = Math.max(last, place)
    places.push(place)
  }
  const missing = committed.filter((_, place) => {
    const isEarlier = place < (places[0] ?? keys.length) && isLifecycleUpTo(committed, place, joinedAt)
    return !places.includes(place) && !isEarlier
  })
  const hasGap = told.some(({ type }) => type === 'resync')
  if (missing.length > 0 && !hasGap) {
    problems.push(`${name}: ${missing.map(keyOf).join(', ')} never came, and no resync said so`)
  }
  const ends = told.filter((message) => 'seq' in message && isTerminalEvent(message)).length
  const due = committed.filter(isTerminalEvent).length
  if (!hasGap && (ends > due || (ends < due && joinedAt === 0)))
    problems.push(`${name}: ${ends} ends were told of ${due}`)
  return [...problems, ...liveProblems(name, told)]
}

/** Text and progress of an attempt come no more once a later one runs. */
function liveProblems(name: string, told: readonly Told[]): string[] {
  const problems: string[] = []
  let running = 0
  let last = { attempt: 0, n: 0 }
  for (const message of told) {
    if (message.type === 'JOB_RUNNING') running = message.payload.attempt
    if (message.type === 'JOB_CHUNK' && message.payload.attempt < running) {
      problems.push(`${name}: text of attempt ${message.payload.attempt} came when attempt ${running} ran`)
    }
    if (message.type !== 'JOB_PROGRESS') continue
    const { attempt, n, label } = message.payload
    if (attempt < Math.max(running, last.attempt) || (attempt === last.attempt && n <= last.n)) {
      problems.push(
        `${name}: progress ${n} of attempt ${attempt} came after ${last.n} of ${last.attempt} (${running} ran)`,
      )
    }
    if (label !== `attempt ${attempt}`)
      problems.push(`${name}: progress of attempt ${attempt} says "${label}"`)
    last = { attempt, n }
  }
  return problems
}

/** The message, and all before it, are of versions that were there when the follower joined. */
function isLifecycleUpTo(messages: readonly WebSocketMessage[], place: number, version: number): boolean {
  const before = messages.slice(0, place + 1).filter(isLifecycle)
  return (before.at(-1)?.payload.version ?? 0) <= version
}

/** What tells two messages of a job apart, whatever number the log gave them. */
function keyOf({ type, payload, timestamp }: WebSocketMessage): string {
  const { version, step, status, artifactId } = payload as Partial<Record<string, string | number>>
  return [type, version, step, status, artifactId, timestamp].filter((part) => part !== undefined).join(' ')
}
