import {
  JsonInput,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  Input,
  Switch,
  TagsInput,
  TextInput,
  Textarea,
} from '@mantine/core'
import { rangeWords } from './field-errors.ts'
import type { ChoiceValue, Field, FieldShape } from './field-shape.ts'
import { inputTypeOf } from './text-format.ts'
import { UploadField } from './upload-field.tsx'
import './schema-field.css'

type ControlShape = Exclude<FieldShape, { kind: 'group' }>

interface SchemaFieldProps<TShape extends ControlShape = ControlShape> {
  /** Unique in the form; also the name of the HTML field. */
  name: string
  field: Field
  shape: TShape
  value: unknown
  error: string | undefined
  onChange: (value: unknown) => void
}

/** Texts that may be longer than this get several lines. */
const LONG_TEXT = 300

/** Up to this many choices are shown side by side. */
const MAX_SEGMENTS = 4

/** The control that fits the field. */
export function SchemaField({ shape, ...rest }: SchemaFieldProps) {
  switch (shape.kind) {
    case 'text':
      return <TextField {...rest} shape={shape} />
    case 'number':
      return <NumberField {...rest} shape={shape} />
    case 'switch':
      return <SwitchField {...rest} shape={shape} />
    case 'choice':
      return <ChoiceField {...rest} shape={shape} />
    case 'list':
      return <ListField {...rest} shape={shape} />
    case 'json':
      return <JsonField {...rest} shape={shape} />
    default:
      return shape satisfies never
  }
}

/** What every control shows around itself. */
function frameOf({ name, field, error }: Pick<SchemaFieldProps, 'name' | 'field' | 'error'>) {
  return {
    name,
    label: field.label,
    description: field.description,
    required: field.required,
    error,
  }
}

function TextField({ shape, value, onChange, ...rest }: SchemaFieldProps<ControlShape & { kind: 'text' }>) {
  const text = typeof value === 'string' ? value : ''
  const type = inputTypeOf(shape.format)
  if (shape.format === 'upload') return <UploadField {...frameOf(rest)} value={text} onChange={onChange} />
  if (shape.format === 'multiline' || (type === 'text' && (shape.maxLength ?? 0) > LONG_TEXT)) {
    return (
      <Textarea
        {...frameOf(rest)}
        autosize
        minRows={3}
        maxRows={12}
        placeholder={rest.field.example}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  return (
    <TextInput
      {...frameOf(rest)}
      {...MORE_OF_TYPE[type]}
      description={type === 'datetime-local' ? withTimeZone(rest.field.description) : rest.field.description}
      type={type}
      placeholder={rest.field.example ?? (type === 'url' ? 'https://' : undefined)}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** Years have four digits: in a control for more of them one types on into the next part too late. */
const MORE_OF_TYPE: Readonly<Record<string, { max?: string; inputMode?: 'email' | 'url' }>> = {
  date: { max: '9999-12-31' },
  'datetime-local': { max: '9999-12-31T23:59:59.999' },
  email: { inputMode: 'email' },
  url: { inputMode: 'url' },
}

function withTimeZone(description: string | undefined): string {
  const zone = `In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`
  return description === undefined ? zone : `${description} ${zone}`
}

function NumberField({
  shape,
  value,
  onChange,
  ...rest
}: SchemaFieldProps<ControlShape & { kind: 'number' }>) {
  const { min, max } = shape.range
  const hasRange = min !== undefined || max !== undefined
  return (
    <NumberInput
      {...frameOf(rest)}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      allowDecimal={!shape.whole}
      thousandSeparator=","
      // Out of range is said in words; a value that changes by itself would surprise.
      clampBehavior="none"
      {...(min === undefined ? {} : { min, startValue: min })}
      {...(max === undefined ? {} : { max })}
      {...(hasRange
        ? { placeholder: rangeWords(shape.whole, shape.range).replace(/^a (whole )?number /, '') }
        : {})}
      onChange={onChange}
    />
  )
}

function SwitchField({
  field,
  name,
  error,
  value,
  onChange,
}: SchemaFieldProps<ControlShape & { kind: 'switch' }>) {
  return (
    <Switch
      name={name}
      label={field.label}
      description={field.description}
      error={error}
      checked={value === true}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

function ChoiceField({
  shape,
  value,
  onChange,
  ...rest
}: SchemaFieldProps<ControlShape & { kind: 'choice' }>) {
  const labels = shape.options.map(String)
  const choose = (label: string) => onChange(optionOf(shape.options, label))
  const isShort = labels.length <= MAX_SEGMENTS && labels.every((label) => label.length <= 14)
  const { name, ...frame } = frameOf(rest)
  if (isShort && value !== '') {
    return (
      <Input.Wrapper {...frame} labelElement="div" id={`field-${name}`}>
        <div>
          <SegmentedControl
            name={name}
            aria-label={frame.label}
            data={labels}
            value={String(value)}
            onChange={choose}
          />
        </div>
      </Input.Wrapper>
    )
  }
  return (
    <NativeSelect
      {...frame}
      name={name}
      data={[{ value: '', label: 'Choose…' }, ...labels]}
      value={String(value)}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  )
}

function optionOf(options: readonly ChoiceValue[], label: string): ChoiceValue {
  return options.find((option) => String(option) === label) ?? ''
}

function ListField({ value, onChange, ...rest }: SchemaFieldProps<ControlShape & { kind: 'list' }>) {
  return (
    <TagsInput
      {...frameOf(rest)}
      placeholder="Type an entry and press Enter"
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={onChange}
    />
  )
}

function JsonField({ value, onChange, ...rest }: SchemaFieldProps<ControlShape & { kind: 'json' }>) {
  return (
    <JsonInput
      {...frameOf(rest)}
      placeholder="JSON"
      formatOnBlur
      autosize
      minRows={3}
      maxRows={12}
      value={typeof value === 'string' ? value : ''}
      onChange={onChange}
    />
  )
}
