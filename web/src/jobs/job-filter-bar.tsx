import { JOB_STATES } from '@headway/events'
import { NativeSelect } from '@mantine/core'
import { STATE_WORDS } from '../lib/state-words.ts'
import { useOperations } from '../start-job/use-operations.ts'
import type { JobFilter } from './job-filter.ts'

interface JobFilterBarProps {
  filter: JobFilter
  onChange: (change: JobFilter) => void
}

const ALL = ''

export function JobFilterBar({ filter, onChange }: JobFilterBarProps) {
  const { data: operations = [] } = useOperations()
  const types = new Set(operations.map(({ type }) => type))
  if (filter.type !== undefined) types.add(filter.type)
  return (
    <search className="job-filter" aria-label="Filter jobs">
      <NativeSelect
        size="sm"
        aria-label="State"
        value={filter.state ?? ALL}
        onChange={(event) =>
          onChange({ state: JOB_STATES.find((state) => state === event.currentTarget.value) })
        }
        data={[
          { value: ALL, label: 'Any state' },
          ...JOB_STATES.map((state) => ({ value: state, label: STATE_WORDS[state] })),
        ]}
      />
      <NativeSelect
        size="sm"
        aria-label="Operation"
        value={filter.type ?? ALL}
        onChange={({ currentTarget: { value } }) => onChange({ type: value === ALL ? undefined : value })}
        data={[
          { value: ALL, label: 'Any operation' },
          ...[...types].toSorted().map((type) => ({ value: type, label: type })),
        ]}
      />
    </search>
  )
}
