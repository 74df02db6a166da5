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
 * of a gap.
 */
export function toldProblems({ name, committed, told, joinedAt }: Channel): string[] {
  const problems: string[] = []
  const keys = committed.map(keyOf)
  const durable = told.filter((message): message is WebSocketMessage => 'seq' in message)
  const got = durable.map(keyOf)
  const places = got.map((key) => keys.indexOf(key))
  for (const [index, place] of places.entries()) {
    const key = got[index]
    if (place === -1) problems.push(`${name}: ${key} was told and never committed`)
    else if (index > 0 && place <= (places[index - 1] ?? -1))
      problems.push(`${name}: ${key} came too late or twice`)
  }
  const missing = committed.filter((_, place) => {
    const isEarlier = place < (places[0] ?? keys.length) && isLifecycleUpTo(committed, place, joinedAt)
    return !places.includes(place) && !isEarlier
  })
  const hasGap = told.some(({ type }) => type === 'resync')
  if (missing.length > 0 && !hasGap) {
    problems.push(`${name}: ${missing.map(keyOf).join(', ')} never came, and no resync said so`)
  }
  const ends = durable.filter(isTerminalEvent).length
  const due = committed.filter(isTerminalEvent).length
  if (ends > due || (ends < due && !hasGap && joinedAt === 0))
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
