import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { ROWS } from './rows/index.ts'

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
  readonly mode: 'rows' | 'mutants' | 'marathon' | 'help'
}

const SEEDS = 3

export const USAGE = `npm run chaos -- [options]

  --row <n>        only this row; may be given again
  --seed <n>       instead of three seeds made from the time; may be given again
  --minutes <n>    goes on with new seeds for so long
  --patience <n>   multiplies the time bounds, for a machine that is busy
  --mutants        breaks the product on purpose, and checks that a row sees it
  --marathon       a million events, 200 clients, 20,000 forced disconnects
  --events <n>     a shorter marathon
  --help           this text`

const OPTIONS = {
  server: { type: 'string' },
  worker: { type: 'string' },
  row: { type: 'string', multiple: true, default: [] as string[] },
  seed: { type: 'string', multiple: true, default: [] as string[] },
  minutes: { type: 'string', default: '0' },
  patience: { type: 'string', default: '1' },
  mutants: { type: 'boolean', default: false },
  marathon: { type: 'boolean', default: false },
  events: { type: 'string' },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsOptionsConfig

/** The command line is not one of {@link USAGE}. The message says what is wrong with it. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError'
  readonly code = 'bad_argument'
}

/**
 * Reads the arguments. Without `--seed` the seeds are made from the time.
 *
 * @throws ArgumentError
 */
export function parseArguments(args: readonly string[], now: number): ChaosArguments {
  const values = read(args)
  if (values.server === undefined || values.worker === undefined) {
    throw new ArgumentError(
      '--server and --worker must name the entry files of the two programs, as file URLs.',
    )
  }
  const given = values.seed.map((text) => wholeNumber('--seed', text))
  const first = Math.floor(now / 1_000) % 100_000
  return {
    programs: { server: new URL(values.server), worker: new URL(values.worker) },
    rows: values.row.map(rowNumber),
    seeds: given.length > 0 ? given : Array.from({ length: SEEDS }, (_, index) => first + index),
    minutes: wholeNumber('--minutes', values.minutes),
    patience: Math.max(1, wholeNumber('--patience', values.patience)),
    events: values.events === undefined ? undefined : wholeNumber('--events', values.events),
    mode: values.help ? 'help' : values.mutants ? 'mutants' : values.marathon ? 'marathon' : 'rows',
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    // Node's own words for an option that does not exist, or that lacks its value.
    throw new ArgumentError((error as Error).message, { cause: error })
  }
}

function rowNumber(text: string): number {
  const number = wholeNumber('--row', text)
  if (ROWS.some((row) => row.number === number)) return number
  throw new ArgumentError(
    `--row is ${number}, and there is no such row. Rows: ${ROWS.map((row) => row.number).join(', ')}.`,
  )
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new ArgumentError(`${name} is "${text}", which is not a whole number. Use it like ${name} 6.`)
}
