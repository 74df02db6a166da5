const SECRETS: [pattern: RegExp, replacement: string][] = [
  // A JWT, wherever it stands.
  [/\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*)?/g, '[token]'],
  // ?token=… of a URL.
  [/([?&;](?:access_)?token=)[^&#\s"']*/gi, '$1[token]'],
  [/(\bBearer\s+)[^\s"',]+/gi, '$1[token]'],
  // user:password@ of a connection URL.
  [/(:\/\/[^\s:/@]*:)[^\s@/]+@/g, '$1[password]@'],
]

/** Takes tokens and passwords out of a text that goes to the log: URLs, messages of errors, stacks. */
export function scrub(text: string): string {
  return SECRETS.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), text)
}
