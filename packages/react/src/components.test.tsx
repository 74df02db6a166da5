// @vitest-environment happy-dom
import { act } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Stage } from '../test/stage.tsx'
import { ConnectionIndicator, JobProgressBar, StatusBar, TaskActivityPanel } from './components.ts'
import { RealtimeProvider } from './index.ts'

let stage: Stage
let page: HTMLElement

beforeEach(() => {
  stage = new Stage()
})

afterEach(() => stage.close())

function find(selector: string): HTMLElement {
  const element = page.querySelector<HTMLElement>(selector)
  if (!element) throw new Error(`There is no ${selector} in ${page.innerHTML}`)
  return element
}

/** A control of a form, whichever it is. */
function control(selector: string): HTMLInputElement {
  return find(selector) as HTMLInputElement
}

function button(words: string): HTMLButtonElement {
  const found = [...page.querySelectorAll('button')].find(({ textContent }) => textContent === words)
  if (!found) throw new Error(`There is no button "${words}" in ${page.innerHTML}`)
  return found
}

const texts = (selector: string): (string | null)[] =>
  [...page.querySelectorAll(selector)].map(({ textContent }) => textContent)

async function ask(given: Record<string, unknown>): Promise<void> {
  stage.server.addJob('a')
  stage.run('a')
  stage.server.ask('a', { name: 'colour', prompt: 'Which?', schema: given })
  page = await stage.show(<TaskActivityPanel jobId="a" />)
  await stage.settle()
}

const answers = (): unknown[] =>
  stage.server.requests.filter(({ name }) => name === 'answer:job').map(({ args }) => args[2])

describe('TaskActivityPanel', () => {
  beforeEach(async () => {
    stage.server.addJob('a')
    page = await stage.show(<TaskActivityPanel jobId="a" />)
  })

  it('shows a job with its steps, text and files to its end', async () => {
    expect(find('section').getAttribute('aria-busy')).toBe('true')
    expect(find('progress').hasAttribute('aria-valuenow')).toBe(false)
    await stage.settle()
    stage.run('a')
    stage.server.progress('a', 40)
    stage.publish('a', 'JOB_STEP', { step: 'fetch', index: 0, status: 'completed', durationMs: 1_500 }, false)
    stage.publish('a', 'JOB_STEP', { step: 'read', index: 1, status: 'started' }, false)
    stage.publish('a', 'JOB_ARTIFACT', {
      artifactId: '1',
      name: 'a.pdf',
      contentType: 'application/pdf',
      size: 1_234,
    })
    stage.server.write('a', 'Once upon a time')
    await stage.settle()
    expect(find('.headway-badge').textContent).toBe('Running')
    expect(find('progress').getAttribute('aria-valuenow')).toBe('40')
    expect(texts('li')).toEqual([
      '✓ fetch completed 1.5 s',
      '● read running ',
      'a.pdf application/pdf, 1.2 kB',
    ])
    expect(find('[aria-current="step"]').textContent).toContain('read')
    expect(find('pre').textContent).toBe('Once upon a time')
    stage.server.change('a', 'completed', 'JOB_COMPLETED')
    await stage.settle()
    expect(find('.headway-badge').textContent).toBe('Completed')
    expect(find('progress').getAttribute('aria-valuenow')).toBe('100')
    expect(page.querySelectorAll('button')).toHaveLength(0)
  })

  it('reads out each state once and no progress', async () => {
    await stage.settle()
    const heard: (string | null)[] = []
    const region = find('output')
    new MutationObserver(() => heard.push(region.textContent)).observe(region, {
      characterData: true,
      childList: true,
      subtree: true,
    })
    stage.run('a')
    await stage.settle()
    for (let n = 1; n <= 20; n++) {
      stage.server.progress('a', n)
      stage.server.write('a', 'more ')
      await stage.settle(50)
    }
    expect(heard).toEqual(['rehearse: Running'])
    expect(page.querySelectorAll('[role="alert"]')).toHaveLength(0)
  })

  it('cancels, says so, and tells of a failure in an alert', async () => {
    await stage.settle()
    stage.run('a')
    await stage.settle()
    stage.publish('a', 'JOB_STEP', { step: 'fetch', index: 0, status: 'started' }, false)
    await stage.settle()
    expect(texts('li')).toEqual(['● fetch running '])
    await act(async () => button('Cancel').click())
    expect(button('Cancel').disabled).toBe(true)
    await stage.settle()
    expect(stage.requests('cancel:job')).toBe(1)
    stage.server.change('a', 'failed', 'JOB_FAILED', { error: 'The site is gone.', code: 'site_gone' })
    await stage.settle()
    expect(texts('[role="alert"]')).toEqual(['The site is gone. site_gone'])
    expect(texts('li')).toEqual(['○ fetch not finished '])
    stage.rest.failures = [503]
    await act(async () => button('Resume').click())
    await stage.settle()
    expect(texts('[role="alert"]')[0]).toContain('failed: unavailable')
    expect(button('Resume').disabled).toBe(false)
  })

  it('calls no step failed that a cancel has broken off', async () => {
    await stage.settle()
    stage.run('a')
    await stage.settle()
    for (const status of ['started', 'failed'] as const)
      stage.publish('a', 'JOB_STEP', { step: 'fetch', index: 0, status, error: 'aborted' }, false)
    await stage.settle()
    expect(texts('li')).toEqual(['✕ fetch failed '])
    stage.server.change('a', 'cancelled', 'JOB_CANCELLED', {})
    await stage.settle()
    expect(texts('li')).toEqual(['○ fetch not finished '])
  })

  it('cancels once: what was asked for is seen in the button until it is seen in the job', async () => {
    await stage.settle()
    stage.run('a')
    await stage.settle()
    await act(async () => button('Cancel').click())
    await stage.settle(5_000)
    expect(find('.headway-badge').textContent).toBe('Running')
    expect(button('Cancel').disabled).toBe(true)
    stage.server.change('a', 'queued', 'JOB_QUEUED', { reason: 'preempted' })
    await stage.settle()
    expect(button('Cancel').disabled).toBe(false)
  })

  it('tells a refusal until the job has moved on, and never as another job’s', async () => {
    stage.server.addJob('b')
    await stage.settle()
    for (const jobId of ['a', 'b']) stage.run(jobId)
    await stage.settle()
    stage.server.drop()
    await act(async () => button('Cancel').click())
    expect(texts('[role="alert"]')[0]).toContain('cancel:job was not sent')
    page = await stage.show(<TaskActivityPanel jobId="b" />)
    expect(texts('[role="alert"]')).toEqual([])
    page = await stage.show(<TaskActivityPanel jobId="a" />)
    await stage.settle(5_000)
    stage.server.change('a', 'queued', 'JOB_QUEUED', { reason: 'busy' })
    await stage.settle()
    expect(texts('[role="alert"]')).toEqual([])
  })

  it('keeps what was typed for one job from the form of another', async () => {
    for (const jobId of ['b', 'c']) {
      stage.server.addJob(jobId)
      stage.run(jobId)
      stage.server.ask(jobId, {
        name: 'password',
        prompt: `The one of ${jobId}?`,
        schema: { type: 'string' },
      })
    }
    const show = (jobId: string): Promise<HTMLElement> =>
      stage.show(
        <>
          <StatusBar currentJobId={jobId === 'b' ? 'c' : 'b'} />
          <TaskActivityPanel jobId={jobId} />
        </>,
      )
    page = await show('b')
    await stage.settle()
    control('input').value = 'secret'
    page = await show('c')
    expect(find('form').textContent).toContain('The one of c?')
    expect(control('input').value).toBe('')
  })

  it('says that there is no such job', async () => {
    page = await stage.show(<TaskActivityPanel jobId="missing" />)
    await stage.settle()
    expect(texts('[role="alert"]')).toEqual(['There is no such job.'])
  })
})

describe('a question', () => {
  const schema = {
    type: 'object',
    properties: {
      colour: { enum: ['red', 'blue'], title: 'Colour' },
      count: { type: 'integer', default: 2 },
      isUrgent: { type: 'boolean' },
    },
    required: ['colour'],
  }

  it('is answered by its form, which is closed while the answer is under way', async () => {
    await ask(schema)
    expect(find('output').textContent).toBe('This job waits for your answer')
    expect(texts('label')).toEqual(['Colour *', 'count', 'isUrgent'])
    control('select').value = '1'
    control('[name="isUrgent"]').checked = true
    await act(async () => button('Send answer').click())
    expect(find('fieldset').hasAttribute('disabled')).toBe(true)
    await stage.settle()
    expect(answers()).toEqual([{ colour: 'blue', count: 2, isUrgent: true }])
    expect(page.querySelector('form')).toBeNull()
  })

  it('tells why an answer was not taken, and keeps what was typed', async () => {
    await ask({ type: 'string' })
    stage.server.answerProblem = 'must be red or blue'
    control('input').value = 'green'
    await act(async () => button('Send answer').click())
    await stage.settle()
    expect(texts('[role="alert"]')).toEqual(['The answer was not taken: must be red or blue'])
    expect(control('input').value).toBe('green')
  })

  it('is answered with JSON where the schema is not flat, if it is JSON', async () => {
    await ask({ type: 'array' })
    control('textarea').value = '[1'
    await act(async () => button('Send answer').click())
    expect(answers()).toEqual([])
    expect(control('textarea').validationMessage).toBe('This is not JSON.')
    await act(async () => {
      control('textarea').value = '[1]'
      find('textarea').dispatchEvent(new Event('input', { bubbles: true }))
      button('Send answer').click()
    })
    await stage.settle()
    expect(answers()).toEqual([[1]])
  })

  it('may have answers with the names that a form has for itself', async () => {
    await ask({ type: 'object', properties: { elements: { type: 'string' }, closest: { type: 'string' } } })
    control('[name="elements"]').value = 'two'
    // As in a browser, where a form is asked for its controls first.
    for (const name of ['elements', 'closest'])
      Object.defineProperty(find('form'), name, { value: control(`[name="${name}"]`) })
    await act(async () => button('Send answer').click())
    expect(answers()).toEqual([{ elements: 'two' }])
  })

  it('can be drawn by the application', async () => {
    await ask(schema)
    page = await stage.show(
      <TaskActivityPanel
        jobId="a"
        renderQuestion={({ question, answer }) => (
          <button type="button" onClick={() => void answer('mine')}>
            {question.prompt}
          </button>
        )}
      />,
    )
    await act(async () => button('Which?').click())
    await stage.settle()
    expect(answers()).toEqual(['mine'])
  })
})

describe('ConnectionIndicator and StatusBar', () => {
  it('say how fresh the page is, and connect at once on demand', async () => {
    page = await stage.show(<ConnectionIndicator />)
    expect(find('output').textContent).toBe('Connecting')
    await stage.settle()
    expect(find('output').textContent).toBe('Live')
    stage.server.refusals = [null, null]
    await act(async () => stage.server.drop())
    await stage.settle(1_500)
    expect(find('output').textContent).toBe('Offline')
    stage.server.refusals = []
    await act(async () => button('Retry now').click())
    await stage.settle()
    expect(find('output').textContent).toBe('Live')
    expect(page.querySelector('button')).toBeNull()
  })

  it('say that there is no such job, and do not wait for it', async () => {
    page = await stage.show(<StatusBar currentJobId="missing" />)
    await stage.settle()
    expect(find('.headway-badge').textContent).toBe('There is no such job.')
    expect(page.querySelector('progress')).toBeNull()
  })

  it('show the current job beside the connection, where there is one', async () => {
    stage.server.addJob('a')
    page = await stage.show(<StatusBar />)
    expect(page.querySelector('progress')).toBeNull()
    page = await stage.show(<StatusBar currentJobId="a" />)
    await stage.settle()
    stage.run('a')
    stage.server.progress('a', 12)
    await stage.settle()
    expect(find('section').getAttribute('aria-label')).toBe('Status')
    expect(find('.headway-badge').textContent).toBe('Running')
    expect(find('progress').getAttribute('aria-valuetext')).toBe('12 %, 12 %')
  })
})

describe('all components', () => {
  it('have no class of their own in the unstyled mode, and the words that they are given', async () => {
    stage.server.addJob('a')
    const states = { created: 'Angelegt' } as never
    const look = { unstyled: true, className: 'mine', texts: { connectionLive: 'Verbunden', states } }
    page = await stage.show(
      <>
        <StatusBar currentJobId="a" {...look} />
        <TaskActivityPanel jobId="a" {...look} />
        <JobProgressBar job={{ state: 'running', progress: 7, label: 'reading' }} {...look} />
      </>,
    )
    await stage.settle()
    const classes = [...page.querySelectorAll('[class]')].map((element) => element.getAttribute('class'))
    expect(classes).toEqual(['mine', 'mine', 'mine'])
    expect(texts('output')).toEqual(['Verbunden', 'rehearse: Angelegt', 'rehearse: Angelegt'])
  })

  it('render on a server', () => {
    const html = renderToString(
      <RealtimeProvider client={stage.client}>
        <StatusBar currentJobId="a" />
        <TaskActivityPanel jobId="a" />
      </RealtimeProvider>,
    )
    expect(html).toContain('Loading')
    expect(stage.server.handshakes).toHaveLength(0)
  })
})
