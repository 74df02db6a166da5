import { describe, expect, it } from 'vitest'
import { refusalOf } from './event-log-observer.ts'

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' })
}

describe('refusalOf', () => {
  it.each([
    [
      'oom',
      reply("OOM command not allowed when used memory > 'maxmemory'. script: f3a, on @user_script:40."),
    ],
    ['oom', reply('ERR Error running script (call to f_3a): @user_script:40: -OOM command not allowed')],
    ['readonly', reply("READONLY You can't write against a read only replica. script: f3a")],
    [
      'misconf',
      reply('MISCONF Redis is configured to save RDB snapshots, but it is unable to persist to disk'),
    ],
    ['other', reply('WRONGTYPE Operation against a key holding the wrong kind of value')],
    ['away', new Error("Stream isn't writeable and enableOfflineQueue options is false")],
    ['away', new Error('Command timed out')],
    ['other', 'not even an error'],
  ] as const)('is %s for %s', (refusal, error) => {
    expect(refusalOf(error)).toBe(refusal)
  })
})
