/** pino's numbers. What concerns one request is no more than information: the launcher tells of an instance that ended. */
const LEVELS = new Map([
  ['emerg', 60],
  ['alert', 50],
  ['crit', 50],
])
const INFORMATION = 30
const OWN_WORDS = 40

/** One line of nginx's log in the form of the other programs'. A query may hold a token and is left out. */
export function nginxLogLine(line: string): string {
  const text = line.replaceAll(/\?[^\s"]*/g, '')
  const [, level = '', message = text] =
    /^(?:\d{4}\/\d\d\/\d\d [\d:]+|nginx:) \[(\w+)\] (?:\d+#\d+: )?(?:\*\d+ )?(.*)$/.exec(text) ?? []
  const isKnown = level !== ''
  return JSON.stringify({
    level: isKnown ? (LEVELS.get(level) ?? INFORMATION) : OWN_WORDS,
    msg: isKnown ? `nginx: ${message}` : message,
  })
}
