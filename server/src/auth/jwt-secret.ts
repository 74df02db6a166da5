/** HS256 needs a key at least as long as its hash (RFC 7518, 3.2). */
const JWT_SECRET_MIN_BYTES = 32

/** Secrets from tutorials, boilerplates and other projects' defaults, compared without case, spaces and punctuation. */
const KNOWN_DEFAULTS = [
  'secret',
  'mysecret',
  'supersecret',
  'jwtsecret',
  'yoursecret',
  'yourjwtsecret',
  'yoursupersecretjwtkey',
  'password',
  'changeme',
  'changethis',
  'changethissecret',
  'default',
  'development',
  'your256bitsecret',
  'astringsecretatleast256bitslong',
  'replaceme',
  'todo',
  'example',
  'test',
  'keyboardcat',
]

/**
 * Says why a secret must not sign tokens, or undefined for a good one. The answer never holds the secret.
 * Known defaults are found in repeated and decorated forms too, since they are padded to pass a length check.
 */
export function jwtSecretProblem(secret: string): string | undefined {
  const bytes = Buffer.byteLength(secret)
  if (bytes < JWT_SECRET_MIN_BYTES) {
    return `is ${bytes} bytes long; at least ${JWT_SECRET_MIN_BYTES} are needed`
  }
  if (new Set(secret).size < 8) return 'is made of fewer than 8 different characters and can be guessed'
  if (isKnownDefault(secret)) return 'is a well-known default that anyone can sign tokens with'
  return undefined
}

function isKnownDefault(secret: string): boolean {
  const letters = secret.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const withoutDigits = letters.replace(/\d+$/, '')
  return KNOWN_DEFAULTS.some((known) => {
    const repeated = letters.replaceAll(known, '') === ''
    return repeated || withoutDigits === known
  })
}
