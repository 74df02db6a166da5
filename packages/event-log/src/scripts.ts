import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

/** Number of keys of each script in `lua/`. */
const KEY_COUNTS = {
  append: 4,
  read: 2,
  head: 2,
  'fence-raise': 1,
  'fence-close': 1,
  'progress-set': 2,
  'progress-next': 3,
  transient: 1,
  'text-append': 3,
  'text-add': 4,
  'text-truncate': 3,
  'text-seal': 2,
  'text-unseal': 2,
  'text-read': 2,
  'report-add': 1,
  'report-read': 2,
  'report-end': 2,
  'report-release': 1,
  'work-take': 3,
} as const

export type ScriptName = keyof typeof KEY_COUNTS

type ScriptCall = (...keysAndArguments: (string | number | Buffer)[]) => Promise<unknown>

const connections = new WeakSet<Redis>()

/**
 * Gives a connection the scripts of `lua/`. Done where it is opened or handed to a log, not at the first call: a pipeline
 * that ioredis has already opened for other commands of the same turn would not know them.
 */
export function defineScripts(redis: Redis): void {
  if (connections.has(redis)) return
  for (const [name, numberOfKeys] of Object.entries(KEY_COUNTS)) {
    const lua = readFileSync(new URL(`../lua/${name}.lua`, import.meta.url), 'utf8')
    redis.defineCommand(commandName(name), { lua, numberOfKeys })
  }
  connections.add(redis)
}

/** Runs a script. ioredis sends its text once per connection, and its hash from then on. */
export function runScript(
  redis: Redis,
  name: ScriptName,
  ...keysAndArguments: (string | number | Buffer)[]
): Promise<unknown> {
  return scriptOf(redis, commandName(name))(...keysAndArguments)
}

/** As {@link runScript}, with the strings of the reply as buffers. */
export function runScriptForBuffers(
  redis: Redis,
  name: ScriptName,
  ...keysAndArguments: (string | number | Buffer)[]
): Promise<unknown> {
  return scriptOf(redis, `${commandName(name)}Buffer`)(...keysAndArguments)
}

function scriptOf(redis: Redis, command: string): ScriptCall {
  const call = (redis as unknown as Record<string, ScriptCall>)[command]
  if (!call)
    throw new TypeError(`The connection has no script command ${command}: defineScripts comes first.`)
  return call.bind(redis)
}

function commandName(script: string): string {
  return `headway:${script}`
}
