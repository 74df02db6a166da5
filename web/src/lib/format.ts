/** How the console writes times, durations and sizes. One place, so that the same value looks the same everywhere. */

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

const momentFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** `14:03:22` */
export function formatClock(time: string | number): string {
  return clockFormat.format(new Date(time))
}

/** `14:03:22.417`, for what happens within a second. */
export function formatPreciseClock(time: string): string {
  const date = new Date(time)
  return `${clockFormat.format(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Date and time, for a tooltip. */
export function formatMoment(time: string): string {
  return momentFormat.format(new Date(time))
}

/** `340 ms`, `3.2 s`, `4 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  // One decimal would round 59,960 ms up to a minute that has not passed.
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** `just now`, `40 s ago`, `5 min ago`, `3 h ago`, then the date. */
export function formatAgo(time: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(time)) / 1_000)
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`
  return new Date(time).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `812 bytes`, `48 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** `1 event`, `1,069 events`. */
export function plural(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
