import { Button } from '@mantine/core'
import type { ArtifactView } from '@headway/events'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'
import { saveFile } from '../lib/save-file.ts'

/** Saves the file. Fetched with the token in a header, because an address with a token in it would be remembered. */
export function ArtifactDownload({ jobId, artifact }: { jobId: string; artifact: ArtifactView }) {
  const api = useApi()
  const queries = useQueryClient()
  const [isBusy, setIsBusy] = useState(false)

  const download = async () => {
    setIsBusy(true)
    try {
      const blob = await queries.fetchQuery({
        queryKey: queryKeys.artifact(jobId, artifact.artifactId),
        queryFn: ({ signal }) => api.artifact(jobId, artifact.artifactId, signal),
        staleTime: Number.POSITIVE_INFINITY,
      })
      saveFile(blob, artifact.name)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      notifications.show({ title: `${artifact.name} was not downloaded`, message, color: 'red' })
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      loading={isBusy}
      leftSection={<IconDownload size={15} stroke={1.8} />}
      aria-label={`Download ${artifact.name}`}
      onClick={() => void download()}
    >
      Download
    </Button>
  )
}
