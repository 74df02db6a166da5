import type { QuestionView } from '@headway/events'
import { useEffect, useId, useMemo, useRef, type FormEvent, type ReactElement } from 'react'
import type { JobAnswering } from '../index.ts'
import { answerForm, readControl } from './answer-fields.ts'
import { AnswerInput } from './answer-input.tsx'
import { keepPlace, takePlace } from './keep-place.ts'
import type { Look } from './look.ts'

/** An open question, and how to answer it. */
export interface OpenQuestion extends JobAnswering {
  question: QuestionView
}

interface QuestionFormProps extends OpenQuestion {
  look: Look
}

/** What a job asks, with a form for answers that are a value or a flat object; anything else is written as JSON. */
export function QuestionForm(props: QuestionFormProps): ReactElement {
  const { question, answer, isAnswering, answerError } = props
  const { texts, part } = props.look
  const titleId = useId()
  const controls = useRef<HTMLFieldSetElement>(null)
  const sender = useRef<HTMLButtonElement>(null)
  const form = useMemo(() => answerForm(question.schema, texts.answer), [question.schema, texts.answer])

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    // Not the form's own: a control that has the name of one of its properties hides that.
    if (!controls.current) return
    const { elements } = controls.current
    const values: Record<string, unknown> = {}
    for (const { name, control } of form.fields) {
      const input = elements.namedItem(name) as HTMLInputElement
      try {
        const value = readControl(control, input.value, input.checked)
        if (value !== undefined) values[name] = value
      } catch {
        input.setCustomValidity(texts.noJson)
        input.reportValidity()
        return
      }
    }
    keepPlace(controls.current)
    // Why it was refused is in `answerError`.
    answer(form.valueOf(values)).catch(() => {})
  }

  useEffect(() => {
    if (answerError && sender.current) takePlace(sender.current)
  }, [answerError])

  return (
    <form className={part('question')} aria-labelledby={titleId} onSubmit={submit}>
      <p className={part('question-prompt')} id={titleId}>
        {question.prompt}
      </p>
      <fieldset ref={controls} className={part('fields')} disabled={isAnswering}>
        {form.fields.map((field) => (
          <AnswerInput key={field.name} field={field} look={props.look} />
        ))}
        <button ref={sender} type="submit" className={part('button')} data-primary="">
          {texts.sendAnswer}
        </button>
      </fieldset>
      {answerError && (
        <p role="alert" className={part('error')}>
          {texts.answerRefused} {answerError.message}
        </p>
      )}
    </form>
  )
}
