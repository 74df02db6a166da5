import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPlay, IconPlugOff } from '@tabler/icons-react'
import { useEffect, useId, useMemo, useRef, useState, type FormEvent } from 'react'
import { useLocation } from 'wouter'
import { ApiError } from '../lib/api-error.ts'
import { Callout } from '../shell/callout.tsx'
import type { Operation } from '../lib/headway-api.ts'
import { fieldErrors, type FieldErrors } from './field-errors.ts'
import { fieldsOf } from './field-shape.ts'
import { initialValues, inputOf, withValue } from './form-values.ts'
import { SchemaFields } from './schema-fields.tsx'
import { useStartJob } from './use-start-job.ts'

interface StartJobFormProps {
  operation: Operation
  /** Input of the job that is started again. */
  earlierInput: Readonly<Record<string, unknown>> | undefined
}

/** The form of an operation, made from the JSON Schema of its input. */
export function StartJobForm({ operation, earlierInput }: StartJobFormProps) {
  const fields = useMemo(() => fieldsOf(operation.inputSchema), [operation.inputSchema])
  const [values, setValues] = useState(() => initialValues(fields, earlierInput))
  const [errors, setErrors] = useState<FieldErrors>({})
  const [, navigate] = useLocation()
  const start = useStartJob(operation.type)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  useFocusOnFirstError(form, errors)

  const change = (path: readonly string[], value: unknown) => {
    setValues((current) => withValue(current, path, value))
    setErrors(({ [path.join('.')]: _corrected, ...others }) => others)
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = fieldErrors(fields, values)
    setErrors(found)
    if (Object.keys(found).length > 0) return
    start.mutate(inputOf(fields, values), {
      onSuccess: ({ job }) => navigate(`/jobs/${job.jobId}`),
      onError: (error) => setErrors(errorsOf(error)),
    })
  }

  return (
    <form ref={form} className="start-form hw-panel" noValidate onSubmit={submit} aria-labelledby={id}>
      {!operation.available && (
        <Callout tone="warning" icon={IconPlugOff} title="Not available now">
          <p>{operation.reason ?? 'No worker offers this operation now.'}</p>
        </Callout>
      )}
      {fields.length === 0 && <p className="hw-muted">This operation needs no input.</p>}
      <SchemaFields fields={fields} values={values} errors={errors} onChange={change} />
      {start.error !== null && <StartError error={start.error} />}
      <div className="start-actions">
        <Button
          type="submit"
          loading={start.isPending}
          disabled={!operation.available}
          leftSection={<IconPlayerPlay size={16} stroke={1.9} />}
        >
          Start job
        </Button>
      </div>
    </form>
  )
}

function StartError({ error }: { error: Error }) {
  const code = error instanceof ApiError ? error.code : undefined
  return (
    <Callout tone="danger" icon={IconAlertTriangle} title="The job was not started">
      <p>
        {error.message}
        {code === 'unreachable' &&
          ' Your input is kept: press “Start job” again, the job will not start twice.'}
      </p>
    </Callout>
  )
}

function errorsOf(error: Error): FieldErrors {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(error.refusedFields.map(({ path, message }) => [path, sentence(message)]))
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** After a refusal the first wrong field is where one goes on. */
function useFocusOnFirstError(form: React.RefObject<HTMLFormElement | null>, errors: FieldErrors): void {
  const hadErrors = useRef(false)
  useEffect(() => {
    const hasErrors = Object.keys(errors).length > 0
    if (hasErrors && !hadErrors.current) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    }
    hadErrors.current = hasErrors
  }, [form, errors])
}
