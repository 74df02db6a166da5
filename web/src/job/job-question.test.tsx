// @vitest-environment happy-dom
import { createClient, memoryCursorStore, type HeadwayClient } from '@headway/client'
import { RealtimeProvider, useJobProgress } from '@headway/react'
import { MantineProvider } from '@mantine/core'
import { act, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { FakeServer } from '../../../packages/client/test/fake-server.ts'
import { JobQuestion } from './job-question.tsx'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
const colour = { name: 'colour', prompt: 'Which colour?', schema: { type: 'string' } }
const size = {
  name: 'size',
  prompt: 'Which size?',
  schema: { type: 'object', properties: { width: { type: 'integer' }, height: { type: 'integer' } } },
}

let server: FakeServer
let client: HeadwayClient
let container: HTMLElement
let unmount: () => Promise<void>

function Questions() {
  const { question } = useJobProgress(jobId)
  return question && <JobQuestion jobId={jobId} question={question} />
}

async function settle(ms = 200): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}

function type(name: string, value: string): Promise<void> {
  return act(async () => {
    const input = element(`input[name="${name}"]`)
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
}

function send(): Promise<void> {
  return act(async () => container.querySelector('form')?.requestSubmit())
}

function element(selector: string): Element {
  const found = container.querySelector(selector)
  if (found === null) throw new Error(`The page has no ${selector}.`)
  return found
}

beforeEach(async () => {
  vi.useFakeTimers()
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  server = new FakeServer()
  server.addJob(jobId)
  client = createClient({
    getToken: () => 'token',
    cursors: memoryCursorStore(),
    openTransport: (where, handlers) => server.openTransport(where, handlers),
  })
  container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  unmount = () => act(async () => root.unmount())
  await act(async () =>
    root.render(
      <StrictMode>
        <MantineProvider>
          <RealtimeProvider client={client}>
            <Questions />
          </RealtimeProvider>
        </MantineProvider>
      </StrictMode>,
    ),
  )
  await settle()
})

afterEach(async () => {
  await unmount()
  container.remove()
  client.destroy()
  vi.useRealTimers()
})

describe('the form of a question', () => {
  it('has the prompt as its heading, is closed while the answer is under way, and goes with the question', async () => {
    server.ask(jobId, colour)
    await settle()
    expect(element('h2').textContent).toBe('Which colour?')
    await type('answer', 'red')
    await send()
    expect(element('fieldset')).toHaveProperty('disabled', true)
    await settle()
    expect(container.querySelector('form')).toBeNull()
    expect(server.requests).toContainEqual({ name: 'answer:job', args: [jobId, 'colour', 'red'] })
  })

  it('shows why an answer was not taken: at the only field, which gets the focus', async () => {
    server.ask(jobId, colour)
    server.answerProblem = 'The answer does not fit the question: must be red or blue.'
    await settle()
    await type('answer', 'green')
    await send()
    await settle()
    const input = element('input[name="answer"]')
    expect(input).toHaveProperty('value', 'green')
    expect(input.getAttribute('aria-invalid')).toBe('true')
    expect(document.activeElement).toBe(input)
    expect(element('.mantine-TextInput-error').textContent).toBe(server.answerProblem)
    expect(container.querySelector('[role="alert"]')).toBeNull()
  })

  it('shows it for the whole form, where there are several fields or it is about none', async () => {
    server.ask(jobId, size)
    server.answerProblem = 'The answer does not fit the question: too large.'
    await settle()
    await send()
    await settle()
    expect(element('[role="alert"]').textContent).toContain(server.answerProblem)
  })

  it('sends nothing that its own check finds wrong', async () => {
    server.ask(jobId, colour)
    await settle()
    await send()
    expect(container.textContent).toContain('This is needed.')
    expect(server.requests.map(({ name }) => name)).not.toContain('answer:job')
  })

  it('keeps what was typed while the connection is away', async () => {
    server.ask(jobId, colour)
    await settle()
    await type('answer', 'red')
    await act(async () => server.drop())
    await settle()
    expect(element('button[type="submit"]')).toHaveProperty('disabled', true)
    await send()
    expect(server.requests.map(({ name }) => name)).not.toContain('answer:job')
    await settle(3_000)
    expect(element('input[name="answer"]')).toHaveProperty('value', 'red')
    await send()
    await settle()
    expect(container.querySelector('form')).toBeNull()
  })

  it('goes when another device has answered', async () => {
    server.ask(jobId, colour)
    await settle()
    server.answer(jobId, 'colour')
    await settle()
    expect(container.querySelector('form')).toBeNull()
  })

  it('leaves the focus at the heading of the page, and takes it back when the answer is refused', async () => {
    server.ask(jobId, size)
    server.answerProblem = 'The answer does not fit the question: too large.'
    await settle()
    const heading = openHeading()
    const sender = element('button[type="submit"]') as HTMLButtonElement
    sender.focus()
    await send()
    expect(document.activeElement).toBe(heading)
    await settle()
    expect(document.activeElement).toBe(sender)
  })

  it('leaves the focus there when another device answers while somebody is typing', async () => {
    server.ask(jobId, colour)
    await settle()
    const heading = openHeading()
    ;(element('input[name="answer"]') as HTMLInputElement).focus()
    server.answer(jobId, 'colour')
    await settle()
    expect(document.activeElement).toBe(heading)
  })
})

/** The page around the question. */
function openHeading(): HTMLElement {
  const main = document.body.appendChild(document.createElement('main'))
  onTestFinished(() => main.remove())
  main.id = 'content'
  main.innerHTML = '<h1 tabindex="-1">rehearse</h1>'
  return main.firstElementChild as HTMLElement
}
