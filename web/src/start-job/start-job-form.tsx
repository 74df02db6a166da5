import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPlay, IconPlugOff } from '@tabler/icons-react'
import { useId, type FormEvent } from 'react'
import { useLocation } from 'wouter'
import { ApiError, type RefusedField } from '../lib/api-error.ts'
import { Callout } from '../shell/callout.tsx'
import type { Operation } from '../lib/headway-api.ts'
import { placeRefusal } from '../schema-form/refused-fields.ts'
import type { Field } from '../schema-form/field-shape.ts'
import { SchemaFields } from '../schema-form/schema-fields.tsx'
import { useSchemaForm } from '../schema-form/use-schema-form.ts'
import { useStartJob } from './use-start-job.ts'

interface StartJobFormProps {
  operation: Operation
  /** Input of the job that is started again. */
  earlierInput: Readonly<Record<string, unknown>> | undefined
}

/** The form of an operation, made from the JSON Schema of its input. */
export function StartJobForm({ operation, earlierInput }: StartJobFormProps) {
  const { ref, fields, values, errors, change, read, refuse } = useSchemaForm(
    operation.inputSchema,
    earlierInput,
  )
  const [, navigate] = useLocation()
  const start = useStartJob(operation.type)
  const id = useId()

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const input = read()
    if (input === undefined) return
    start.mutate(input, {
      onSuccess: ({ job }) => navigate(`/jobs/${job.jobId}`),
      onError: (error) => refuse(placeRefusal(fields, refusedFieldsOf(error)).atFields),
    })
  }

  return (
    <form ref={ref} className="start-form hw-panel" noValidate onSubmit={submit} aria-labelledby={id}>
      {!operation.available && (
        <Callout tone="warning" icon={IconPlugOff} title="Not available now">
          <p>{operation.reason ?? 'No worker offers this operation now.'}</p>
        </Callout>
      )}
      {fields.length === 0 && <p className="hw-muted">This operation needs no input.</p>}
      <SchemaFields fields={fields} values={values} errors={errors} onChange={change} />
      {start.error !== null && <StartError error={start.error} fields={fields} />}
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

function StartError({ error, fields }: { error: Error; fields: readonly Field[] }) {
  const code = error instanceof ApiError ? error.code : undefined
  const refused = refusedFieldsOf(error)
  const { others } = placeRefusal(fields, refused)
  return (
    <Callout tone="danger" icon={IconAlertTriangle} title="The job was not started">
      {refused.length > others.length && <p>Correct what is said at the fields.</p>}
      {others.map((words) => (
        <p key={words}>{words}</p>
      ))}
      {refused.length === 0 && (
        <p>
          {error.message}
          {code === 'unreachable' &&
            ' Your input is kept: press “Start job” again, the job will not start twice.'}
        </p>
      )}
    </Callout>
  )
}

/** What is named field by field does not have to be read in the sentence for programs as well. */
function refusedFieldsOf(error: Error): readonly RefusedField[] {
  return error instanceof ApiError ? error.refusedFields : []
}
