const isColourful = process.stdout.isTTY && !process.env.NO_COLOR

/**
 * @param {string} code
 * @param {string} text
 */
function paint(code, text) {
  return isColourful ? `\u001B[${code}m${text}\u001B[0m` : text
}

export const dim = (/** @type {string} */ text) => paint('2', text)
export const bold = (/** @type {string} */ text) => paint('1', text)
export const green = (/** @type {string} */ text) => paint('32', text)
export const red = (/** @type {string} */ text) => paint('31', text)
export const yellow = (/** @type {string} */ text) => paint('33', text)

/** @param {string} [text] */
export function say(text = '') {
  process.stdout.write(text === '' ? '\n' : `  ${text.replaceAll('\n', '\n  ')}\n`)
}

/** @param {number} ms */
export function formatDuration(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

// Whoever read our words may be gone; that is no reason to stop.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
