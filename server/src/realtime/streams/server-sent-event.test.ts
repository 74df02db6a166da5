import { expect, it } from 'vitest'
import { formatServerSentEvent } from './server-sent-event.ts'

it('names the place, the type and the message, and ends with an empty line', () => {
  expect(formatServerSentEvent({ id: 1_712, event: 'JOB_STEP', data: '{"type":"JOB_STEP"}' })).toBe(
    'id: 1712\nevent: JOB_STEP\ndata: {"type":"JOB_STEP"}\n\n',
  )
})

it('has no id where a message has no place, so that a reader keeps the one that he has', () => {
  expect(formatServerSentEvent({ event: 'JOB_PROGRESS', data: '{}' })).toBe(
    'event: JOB_PROGRESS\ndata: {}\n\n',
  )
})

it('keeps what is written over several lines together', () => {
  expect(formatServerSentEvent({ event: 'JOB_STEP', data: '{\n"a": 1,\r\n"b": 2\r}' })).toBe(
    'event: JOB_STEP\ndata: {\ndata: "a": 1,\ndata: "b": 2\ndata: }\n\n',
  )
})
