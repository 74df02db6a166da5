import type { ImportResult } from './order-import.ts'

/** How far an import has come, as its job says it. */
export function importWords({ created, updated, refused }: ImportResult): string {
  const stored = `${counted(created + updated, 'order')} stored`
  return refused === 0 ? stored : `${stored}, ${counted(refused, 'row')} refused`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
