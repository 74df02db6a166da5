// @vitest-environment happy-dom
// oxlint-disable-next-line no-restricted-imports -- the styles are no module, and this does not run in a browser
import { readFileSync } from 'node:fs'
import type { JobState } from '@headway/events'
import { act } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Stage } from '../../test/stage.tsx'
import { ENGLISH, StatusBar, TaskActivityPanel, type Texts } from '../components.ts'

/** No word of it is English, and each tells where it is from. */
const TRANSLATION = translate(ENGLISH) as Texts
const QUESTION = {
  name: 'colour',
  prompt: 'Which?',
  schema: {
    type: 'object',
    properties: {
      colour: { enum: ['red', 'blue'], description: 'Of the cover' },
      count: { type: 'integer' },
      isUrgent: { type: 'boolean' },
      more: { type: 'object' },
    },
  },
}

/** What the job says, and the unit of its steps' times. */
const OWN = new Set([
  'rehearse',
  'pdf',
  'application',
  'gone',
  'Which',
  'colour',
  'red',
  'blue',
  'Of',
  'the',
  'cover',
  'count',
  'isUrgent',
  'more',
  's',
])

let stage: Stage
let page: HTMLElement

beforeEach(async () => {
  stage = new Stage()
  stage.server.addJob('a')
  page = await stage.show(
    <>
      <StatusBar currentJobId="a" texts={TRANSLATION} />
      <TaskActivityPanel jobId="a" texts={TRANSLATION} artifactHref={({ name }) => `/files/${name}`} />
    </>,
  )
})

afterEach(() => stage.close())

function translate(words: object): object {
  return Object.fromEntries(
    Object.entries(words).map(([key, word]: [string, unknown]) => [
      key,
      typeof word === 'string'
        ? `‹${key}›`
        : typeof word === 'function'
          ? () => '‹bytes›'
          : translate(word as object),
    ]),
  )
}

/** Everything that is seen or read out. */
function words(): string {
  const labels = [...page.querySelectorAll('*')].flatMap((element) =>
    ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt'].map(
      (name) => element.getAttribute(name) ?? '',
    ),
  )
  const texts = all('*').flatMap(({ childNodes }) => [...childNodes].map((node) => node.nodeValue ?? ''))
  return [...texts, ...labels].join(' | ')
}

const all = <TElement extends Element = HTMLElement>(selector: string): TElement[] => [
  ...page.querySelectorAll<TElement>(selector),
]

/** What the tab key reaches, in its order. */
const stops = (): string[] =>
  all('a[href], button, input, select, textarea, [tabindex]')
    .filter((element) => !element.matches('[disabled], fieldset[disabled] *, [tabindex^="-"]'))
    .map(
      (element) => element.getAttribute('name') ?? (element.tagName === 'PRE' ? 'text' : element.textContent),
    )

async function show(state: JobState): Promise<void> {
  await stage.settle()
  if (state !== 'queued') stage.run('a')
  if (state === 'waiting') stage.server.ask('a', QUESTION)
  else if (state === 'failed')
    stage.server.change('a', 'failed', 'JOB_FAILED', { error: '404', code: 'gone' })
  else if (state === 'queued') stage.server.change('a', 'queued', 'JOB_QUEUED')
  else if (state === 'completed') stage.server.change('a', 'completed', 'JOB_COMPLETED')
  stage.publish('a', 'JOB_STEP', { step: '1', index: 0, status: 'completed', durationMs: 5 }, false)
  const file = { artifactId: '1', name: '1.pdf', contentType: 'application/pdf', size: 3 }
  stage.publish('a', 'JOB_ARTIFACT', file)
  stage.server.write('a', '…')
  await stage.settle()
}

describe('words', () => {
  const STATES: JobState[] = ['queued', 'running', 'waiting', 'completed', 'failed']

  it.each(STATES)('are those that were given, for a job that is %s', async (state) => {
    await show(state)
    expect(words()).toContain(TRANSLATION.states[state])
    const rest = words().replaceAll(/‹\w+›/g, '')
    expect(rest.match(/[A-Za-z]+/g)?.filter((word) => !OWN.has(word))).toEqual([])
  })

  it('are those that were given without a connection, and for a job that there is not', async () => {
    expect(words()).toContain('‹connectionConnecting›')
    expect(words()).toContain('‹loading›')
    await stage.settle()
    stage.server.refusals = [null]
    await act(async () => stage.server.drop())
    await stage.settle(100)
    expect(words()).toContain('‹connectionOffline›')
    expect(words()).toContain('‹stale›')
    expect(words()).toContain('‹retry›')
    page = await stage.show(<TaskActivityPanel jobId="missing" texts={TRANSLATION} />)
    await stage.settle(5_000)
    expect(words()).toContain('‹jobNotFound›')
  })
})

describe('without a mouse', () => {
  it('everything that can be done is reached in the order of the page', async () => {
    await show('waiting')
    expect(stops()).toEqual([
      '‹cancel›',
      'colour',
      'count',
      'isUrgent',
      'more',
      '‹sendAnswer›',
      'text',
      '1.pdf',
    ])
  })

  it('a form is sent by its own button, and no other button sends it', async () => {
    await show('waiting')
    expect(all<HTMLButtonElement>('form button').map(({ type }) => type)).toEqual(['submit'])
    expect(all<HTMLButtonElement>('button').filter(({ type }) => type === 'submit')).toHaveLength(1)
    await act(async () => all<HTMLFormElement>('form')[0]?.requestSubmit())
    expect(stops()).toEqual(['‹cancel›', 'text', '1.pdf'])
  })
})

/** Where the focus is. */
const place = (): string | undefined =>
  document.activeElement?.getAttribute('name') ?? document.activeElement?.className

async function press(words: string): Promise<void> {
  const button = all('button').find(({ textContent }) => textContent === words)
  button?.focus()
  await act(async () => button?.click())
}

describe('the place of who works by keys', () => {
  it('stays in the panel as the form goes with its answer, and comes back to the form with a refusal', async () => {
    await show('waiting')
    stage.server.answerProblem = 'colour is missing'
    await press('‹sendAnswer›')
    await stage.settle()
    expect(all('[role="alert"]')[0]?.textContent).toContain('colour is missing')
    expect(document.activeElement?.textContent).toBe('‹sendAnswer›')
    stage.server.answerProblem = undefined
    await press('‹sendAnswer›')
    await stage.settle()
    expect(all('form')).toEqual([])
    expect(place()).toContain('headway-panel')
  })

  it('is not taken from who has gone elsewhere', async () => {
    await show('waiting')
    stage.server.answerProblem = 'colour is missing'
    await press('‹sendAnswer›')
    all('pre')[0]?.focus()
    await stage.settle()
    expect(all('[role="alert"]')[0]?.textContent).toContain('colour is missing')
    expect(place()).toBe('headway-text')
  })

  it('stays in the panel as a button goes that was pressed', async () => {
    await show('running')
    await press('‹cancel›')
    stage.server.change('a', 'cancelled', 'JOB_CANCELLED')
    await stage.settle()
    expect(all('button').map(({ textContent }) => textContent)).toEqual(['‹resume›'])
    expect(place()).toContain('headway-panel')
  })
})

describe('what is read out', () => {
  it('has a name wherever it has a role', async () => {
    await show('waiting')
    const nameless = all('section, form, progress').filter((element) => {
      const by = element.getAttribute('aria-labelledby')
      return !element.getAttribute('aria-label') && !(by && document.getElementById(by)?.textContent)
    })
    expect(nameless).toEqual([])
    const controls = all<HTMLInputElement>('input, select, textarea')
    expect(controls.map(({ labels }) => labels?.[0]?.textContent)).toEqual([
      'colour',
      'count',
      'isUrgent',
      'more',
    ])
    const hint = controls[0]?.getAttribute('aria-describedby') ?? ''
    expect(document.getElementById(hint)?.textContent).toBe('Of the cover')
  })

  it('tells the state once in each component, and neither progress nor text', async () => {
    await show('running')
    // Polite by itself: the connection, and the job in the bar and in the panel.
    expect(all('output').map(({ textContent }) => textContent)).toEqual([
      '‹connectionLive›',
      'rehearse: ‹running›',
      'rehearse: ‹running›',
    ])
    expect(all('[aria-live], [role="log"], [role="status"]')).toEqual([])
    expect(all('output progress, output pre')).toEqual([])
    expect(
      all('.headway-dot, .headway-section-title').every(
        (part) => part.getAttribute('aria-hidden') === 'true',
      ),
    ).toBe(true)
  })

  it('is one alert for a failure', async () => {
    await show('failed')
    expect(all('[role="alert"]').map(({ textContent }) => textContent)).toEqual(['404 gone'])
  })
})

it('nothing moves for those who want less motion', () => {
  const css = readFileSync(`${import.meta.dirname}/../../styles.css`, 'utf8')
  const [moving = '', still = ''] = css.split('@media (prefers-reduced-motion: reduce)')
  const selectors = [...moving.matchAll(/([^{}]+)\{[^{}]*\b(?:animation|transition)(?:-name)?\s*:/g)]
  expect(selectors.length).toBeGreaterThan(0)
  // Each part that moves, whatever its state.
  const parts = selectors.map(([, selector = '']) => /\.headway-[\w-]+/.exec(selector)?.[0] ?? selector)
  for (const part of parts)
    expect(still).toMatch(new RegExp(`\\${part} \\{[^}]*(animation|transition): none`))
})
