import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** What the launcher says to the person who started it. Few lines; one look tells the state. */
export class Terminal {
  readonly #out: NodeJS.WritableStream

  constructor(out: NodeJS.WritableStream = process.stdout) {
    this.#out = out
    // Whoever read our words may be gone; that is no reason to stop.
    out.on('error', () => {})
  }

  /** Something that is done: `✓ Postgres  127.0.0.1:5432`. */
  done(what: string, detail = ''): void {
    this.#line(`${this.#style('green', '✓')} ${what.padEnd(14)}${this.#style('dim', detail)}`)
  }

  /** Something that goes on: `… Waiting for …`. */
  note(text: string): void {
    this.#line(`${this.#style('dim', '…')} ${text}`)
  }

  warn(text: string): void {
    this.#line(`${this.#style('yellow', '!')} ${text}`)
  }

  /** Lines of a program's log. */
  log(program: string, text: string): void {
    const time = new Date().toTimeString().slice(0, 8)
    const head = this.#style('dim', `${time} ${program.padEnd(6)}`)
    this.#line(`${head} ${text.replaceAll('\n', '\n' + ' '.repeat(18))}`)
  }

  /** That everything runs, where, and how it ends. */
  ready(url: string, facts: Readonly<Record<string, string>>): void {
    const lines = Object.entries(facts).map(([name, value]) =>
      this.#style('dim', `${name.padEnd(8)}${value}`),
    )
    const title = `${this.#style('bold', 'Headway is ready:')} ${this.#style(['bold', 'cyan'], url)}`
    this.#out.write(`\n  ${[title, '', ...lines].join('\n  ')}\n\n`)
  }

  #line(text: string): void {
    this.#out.write(`  ${text}\n`)
  }

  #style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out })
  }
}
