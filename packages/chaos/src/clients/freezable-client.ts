import { fork, type ChildProcess } from 'node:child_process'
import { userChannel } from '@headway/events'
import type { History, HistoryRecord } from '../history.ts'
import type { ChaosClient } from './chaos-client.ts'

const PROGRAM = new URL(
  `./client-process-main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
)

export interface FreezableClientOptions {
  readonly name: string
  readonly userId: string
  readonly token: string
  readonly port: number
  readonly history: History
}

/** The client core in a process of its own, which can be frozen as a laptop is when its lid closes. */
export class FreezableClient implements ChaosClient {
  readonly name: string
  readonly userId: string
  readonly channels: ReadonlySet<string>
  readonly #options: FreezableClientOptions
  #child: ChildProcess | undefined
  since = Infinity
  isReady = false

  constructor(options: FreezableClientOptions) {
    this.#options = options
    this.name = options.name
    this.userId = options.userId
    this.channels = new Set([userChannel(options.userId), 'all'])
  }

  connect(): void {
    const { history, ...handover } = this.#options
    const child = fork(PROGRAM, [JSON.stringify(handover)], {
      execArgv: ['--conditions=@headway/source', '--disable-warning=ExperimentalWarning'],
    })
    const kill = () => child.kill('SIGKILL')
    process.once('exit', kill)
    child.once('exit', () => process.off('exit', kill))
    child.on('message', (record: Omit<HistoryRecord, 't'>) => {
      history.add(record)
      if (record.kind === 'connected') this.since = Math.min(this.since, performance.now())
      if (record.kind === 'live' || record.kind === 'stale') this.isReady = record.kind === 'live'
    })
    this.#child = child
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  disconnect(): void {
    this.stop()
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
  }
}
