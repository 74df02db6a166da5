import type { WebSocketMessage } from '@headway/events'

/** What differs from run to run, by its form. */
const PATTERNS: [name: string, pattern: RegExp][] = [
  ['id', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/],
  ['time', /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/],
]

/** Smaller than any seq of today, larger than any other number. */
const SEQ_MIN = 1e14

/**
 * Replaces ids, times, places in a log and durations by names that say what they are, and which of them are the same: two
 * servers that say the same make the same transcript.
 */
export function transcript(value: unknown, userId: string): unknown {
  const names = new Map<string, string>()
  const nameOf = (kind: string, what: string): string => {
    const name = names.get(what) ?? `<${kind} ${names.size + 1}>`
    names.set(what, name)
    return name
  }
  const ofText = (text: string): string => {
    const kind = PATTERNS.find(([, pattern]) => pattern.test(text))?.[0]
    if (kind === 'time') return '<time>'
    if (kind === 'id') return nameOf('id', text)
    return text
      .replaceAll(userId, '<user>')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => nameOf('id', id))
  }
  const visit = (each: unknown, key = ''): unknown => {
    if (typeof each === 'string') return ofText(each)
    if (typeof each === 'number') {
      if (key === 'durationMs') return '<duration>'
      return each > SEQ_MIN ? nameOf('seq', String(each)) : each
    }
    if (Array.isArray(each)) return each.map((item) => visit(item))
    if (typeof each !== 'object' || each === null) return each
    // The order of members is nobody's promise, and gives the names.
    const members = Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(members.map(([name, member]) => [ofText(name), visit(member, name)]))
  }
  return visit(value)
}

/**
 * What a socket was sent, by channel. Transient messages and text take another way than the log and may overtake it, so that
 * each kind has an order of its own.
 */
export function byChannel(messages: readonly WebSocketMessage[]): Record<string, WebSocketMessage[]> {
  const channels: Record<string, WebSocketMessage[]> = {}
  for (const message of messages) {
    const kind = message.seq === undefined ? message.type : 'log'
    ;(channels[`${kind} of ${message.channel}`] ??= []).push(message)
  }
  return channels
}
