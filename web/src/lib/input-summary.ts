/** One line that tells jobs of the same operation apart: the address they work on, else their first few values. */
export function inputSummary(input: Readonly<Record<string, unknown>>): string {
  const { url } = input
  if (typeof url === 'string') return url.replace(/^https?:\/\//, '').replace(/\/$/, '')
  return Object.entries(input)
    .filter(([, value]) => isShown(value))
    .slice(0, 4)
    .map(([name, value]) => `${name} ${shortened(String(value))}`)
    .join(' · ')
}

function isShown(value: unknown): boolean {
  if (typeof value === 'string') return value !== ''
  return value === true || (typeof value === 'number' && value !== 0)
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
