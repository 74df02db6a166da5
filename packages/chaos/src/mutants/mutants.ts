/** A fault in Headway itself, put in on purpose, and the rows that must see it. */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** Must stand in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** Numbers of rows, the likeliest first: one of them must turn red. */
  readonly rows: readonly number[]
}

const SEQUENCER = 'server/src/realtime/sequencer'

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'replay off',
    file: `${SEQUENCER}/chain-catch-up.ts`,
    find: 'this.#writer.send(entry.text)',
    replace: '',
    rows: [18, 1],
  },
  {
    name: 'gap check off',
    file: `${SEQUENCER}/chain-position.ts`,
    find: 'if (prev === this.#forwarded) {',
    replace: 'if (prev >= 0 && seq > (this.#forwarded ?? Infinity)) {',
    rows: [7],
  },
  {
    name: 'no catch-up when the subscriber returns',
    file: 'server/src/realtime/subscriber-watch.ts',
    find: 'await sequencer.checkAll()\n',
    replace: '\n',
    rows: [8],
  },
  {
    name: 'no head check',
    file: 'server/src/realtime/subscriber-watch.ts',
    find: 'setInterval(() => void sequencer.checkAll(), intervalMs)',
    replace: 'setInterval(() => {}, intervalMs)',
    rows: [4],
  },
  {
    name: 'no once-mark',
    file: 'packages/jobs/src/outbox/batch-publisher.ts',
    find: '{ once: onceMark(row), run: runId }',
    replace: '{ run: runId }',
    rows: [21],
  },
  {
    name: 'no buffer limit',
    file: 'server/src/realtime/backpressure/backpressure.ts',
    find: 'if (!queue.isOverLimit) return',
    replace: 'return',
    rows: [28],
  },
  {
    name: 'let in without the hand-over',
    file: `${SEQUENCER}/chain-catch-up.ts`,
    find: 'return seq === this.#feed.forwarded',
    replace: 'return true',
    rows: [18],
  },
  {
    name: 'nothing is offered to another Redis',
    file: 'packages/jobs/src/outbox/pending-rows.ts',
    find: 'RawBuilder<SqlBool> {',
    replace: 'RawBuilder<SqlBool> { if (runId) return sql<SqlBool>`run_id is null`;',
    rows: [6],
  },
]
