import { isRequestError } from '@headway/client'
import { useJobProgress, useWebSocketStatus } from '@headway/react'
import type { QuestionView } from '@headway/events'
import { Button, Title } from '@mantine/core'
import { IconAlertTriangle, IconMessageQuestion, IconSend } from '@tabler/icons-react'
import { useEffect, useId, useMemo, useRef, type FormEvent, type KeyboardEvent } from 'react'
import { keepPlace, takePlace, usePlaceKept } from '../lib/keep-place.ts'
import { SchemaFields } from '../schema-form/schema-fields.tsx'
import { useSchemaForm } from '../schema-form/use-schema-form.ts'
import { Callout } from '../shell/callout.tsx'
import { answerSchemaOf } from './answer-schema.ts'
import './job-question.css'

interface JobQuestionProps {
  jobId: string
  question: QuestionView
}

/** What a job asks, with the form to answer. It goes when the question does, wherever it was answered. */
export function JobQuestion({ jobId, question }: JobQuestionProps) {
  const { answer, isAnswering, answerError } = useJobProgress(jobId)
  const isConnected = useWebSocketStatus().state === 'connected'
  const { schema, valueOf } = useMemo(() => answerSchemaOf(question.schema), [question.schema])
  const { ref, fields, values, errors, change, read, refuse } = useSchemaForm(schema)
  const id = useId()
  const onlyField = fields.length === 1 ? fields[0]?.name : undefined
  const isAboutField = answerError?.code === 'bad_request' && onlyField !== undefined

  const section = useRef<HTMLElement>(null)
  const sender = useRef<HTMLButtonElement>(null)
  usePlaceKept(section)
  useEffect(() => {
    if (answerError !== null) takePlace(sender.current)
  }, [answerError])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const input = read()
    if (input === undefined || isAnswering || !isConnected) return
    keepPlace()
    try {
      await answer(valueOf(input))
    } catch (error) {
      if (!isRequestError(error)) throw error
      if (error.code === 'bad_request' && onlyField !== undefined) refuse({ [onlyField]: error.message })
    }
  }

  return (
    <section ref={section} className="question hw-panel" aria-labelledby={id} data-testid="question">
      <output className="question-mark">
        <IconMessageQuestion size={17} stroke={1.9} aria-hidden="true" />
        This job waits for your answer
      </output>
      <Title order={2} id={id} className="question-prompt">
        {question.prompt}
      </Title>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of the controls within */}
      <form ref={ref} noValidate onSubmit={(event) => void submit(event)} onKeyDown={submitByKeyboard}>
        <fieldset className="question-fields" disabled={isAnswering}>
          <SchemaFields fields={fields} values={values} errors={errors} onChange={change} />
        </fieldset>
        {answerError !== null && !isAboutField && (
          <Callout tone="danger" icon={IconAlertTriangle} title="The answer was not taken">
            <p>{answerError.message}</p>
          </Callout>
        )}
        <div className="question-actions">
          <Button
            ref={sender}
            type="submit"
            loading={isAnswering}
            disabled={!isConnected}
            aria-keyshortcuts="Control+Enter"
            leftSection={<IconSend size={16} stroke={1.9} />}
          >
            Send answer
          </Button>
          {!isConnected && <span className="hw-muted">It can be sent once the connection is back.</span>}
        </div>
      </form>
    </section>
  )
}

/** Where Enter begins a new line, it sends together with Ctrl or Command. */
function submitByKeyboard(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
}
