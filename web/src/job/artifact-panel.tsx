import { Loader } from '@mantine/core'
import type { ArtifactView } from '@headway/events'
import { formatBytes } from '../lib/format.ts'
import { artifactKind } from './artifact-kind.ts'
import { ArtifactDownload } from './artifact-download.tsx'
import { ArtifactPdf, ArtifactPicture, ArtifactText } from './artifact-views.tsx'
import { Panel } from './panel.tsx'
import { useArtifact } from './use-artifact.ts'
import './artifact-panel.css'

interface ArtifactProps {
  jobId: string
  artifact: ArtifactView
}

/** A file that the job made: shown where that is safe, and saved in any case. */
export function ArtifactPanel({ jobId, artifact }: ArtifactProps) {
  const isShown = artifactKind(artifact) !== 'file'
  return (
    <Panel
      title={artifact.name}
      note={`${formatBytes(artifact.size)} · ${artifact.contentType}`}
      actions={<ArtifactDownload jobId={jobId} artifact={artifact} />}
    >
      {isShown ? (
        <ShownArtifact jobId={jobId} artifact={artifact} />
      ) : (
        <p className="artifact-note">Files of this kind are not shown here. Download it to open it.</p>
      )}
    </Panel>
  )
}

function ShownArtifact({ jobId, artifact }: ArtifactProps) {
  const { data: blob, error } = useArtifact(jobId, artifact.artifactId)
  if (error !== null) {
    return (
      <p className="artifact-note" role="alert">
        {error.message}
      </p>
    )
  }
  if (blob === undefined) {
    return (
      <div className="artifact-note">
        <Loader size="sm" aria-label={`Loading ${artifact.name}`} />
      </div>
    )
  }
  const kind = artifactKind(artifact)
  switch (kind) {
    case 'picture':
      return <ArtifactPicture blob={blob} artifact={artifact} />
    case 'pdf':
      return <ArtifactPdf blob={blob} artifact={artifact} />
    case 'markdown':
    case 'text':
      return <ArtifactText blob={blob} artifact={artifact} isMarkdown={kind === 'markdown'} />
    case 'file':
      return null
    default:
      return kind satisfies never
  }
}
