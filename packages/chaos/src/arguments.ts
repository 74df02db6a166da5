import { parseArgs } from 'node:util'

/** What `npm run chaos -- …` was asked for. */
export interface ChaosArguments {
  readonly programs: { readonly server: URL; readonly worker: URL }
  /** Numbers of rows; empty for all. */
  readonly rows: readonly number[]
  readonly seeds: readonly number[]
  /** Goes on with new seeds for so long. */
  readonly minutes: number
  /** Multiplies the time bounds of the rows. */
  readonly patience: number
  /** A shorter marathon. */
  readonly events: number | undefined
  readonly mode: 'rows' | 'mutants' | 'marathon'
}

const SEEDS = 3

/**
 * Reads the arguments. Without `--seed` the seeds are made from the time.
 *
 * @throws TypeError for an argument that does not exist
 */
export function parseArguments(args: readonly string[], now: number): ChaosArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      server: { type: 'string' },
      worker: { type: 'string' },
      row: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', multiple: true, default: [] },
      minutes: { type: 'string', default: '0' },
      patience: { type: 'string', default: '1' },
      mutants: { type: 'boolean', default: false },
      marathon: { type: 'boolean', default: false },
      events: { type: 'string' },
    },
  })
  if (values.server === undefined || values.worker === undefined) {
    throw new TypeError('--server and --worker must name the entry files of the two programs, as file URLs.')
  }
  const given = values.seed.map((text) => wholeNumber('--seed', text))
  const first = Math.floor(now / 1_000) % 100_000
  return {
    programs: { server: new URL(values.server), worker: new URL(values.worker) },
    rows: values.row.map((text) => wholeNumber('--row', text)),
    seeds: given.length > 0 ? given : Array.from({ length: SEEDS }, (_, index) => first + index),
    minutes: wholeNumber('--minutes', values.minutes),
    patience: Math.max(1, wholeNumber('--patience', values.patience)),
    events: values.events === undefined ? undefined : wholeNumber('--events', values.events),
    mode: values.mutants ? 'mutants' : values.marathon ? 'marathon' : 'rows',
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TypeError(`${name} is "${text}", which is not a whole number. Use it like ${name} 6.`)
}
