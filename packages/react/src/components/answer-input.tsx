import { useId, type ReactElement } from 'react'
import type { AnswerField } from './answer-fields.ts'
import type { Look } from './look.ts'

interface AnswerInputProps {
  field: AnswerField
  look: Look
}

/** One control of an answer, with its label and its description. The browser checks what it can. */
export function AnswerInput({ field, look: { part } }: AnswerInputProps): ReactElement {
  const id = useId()
  const hintId = `${id}-hint`
  const { name, label, description, isRequired, initial, control } = field
  const isSwitch = control.kind === 'switch'
  const shared = {
    id,
    name,
    className: part('input'),
    required: isRequired && !isSwitch,
    ...(description !== undefined && { 'aria-describedby': hintId }),
  }
  const text = typeof initial === 'string' || typeof initial === 'number' ? initial : undefined
  return (
    <div className={part('field')} data-kind={control.kind}>
      <label className={part('label')} htmlFor={id}>
        {label}
        {shared.required && <span aria-hidden="true"> *</span>}
      </label>
      {control.kind === 'switch' && <input {...shared} type="checkbox" defaultChecked={initial === true} />}
      {control.kind === 'text' && (
        <input {...shared} {...attributesOf(control)} type="text" defaultValue={text} />
      )}
      {control.kind === 'number' && (
        <input {...shared} {...attributesOf(control)} type="number" defaultValue={text} />
      )}
      {control.kind === 'choice' && (
        <select {...shared} defaultValue={initial === undefined ? '' : control.options.indexOf(initial)}>
          {(initial === undefined || !isRequired) && <option value="">–</option>}
          {control.options.map((option, index) => (
            <option key={String(option)} value={index}>
              {String(option)}
            </option>
          ))}
        </select>
      )}
      {control.kind === 'json' && (
        <textarea
          {...shared}
          rows={4}
          spellCheck={false}
          defaultValue={initial === undefined ? '' : JSON.stringify(initial, null, 2)}
          onInput={(event) => event.currentTarget.setCustomValidity('')}
        />
      )}
      {description !== undefined && (
        <p id={hintId} className={part('muted')}>
          {description}
        </p>
      )}
    </div>
  )
}

function attributesOf<TControl extends { kind: string }>({ kind: _kind, ...attributes }: TControl) {
  return attributes
}
