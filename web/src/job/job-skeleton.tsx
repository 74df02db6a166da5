import { Skeleton, Stack } from '@mantine/core'

export function JobSkeleton() {
  return (
    <Stack gap="md" aria-busy="true" aria-label="Loading the job">
      <div className="hw-panel" style={{ padding: '1.25rem' }}>
        <Skeleton height={22} width={180} />
        <Skeleton height={14} width="40%" mt="sm" />
        <Skeleton height={8} mt="xl" />
      </div>
      <Skeleton height={240} radius="md" />
    </Stack>
  )
}
