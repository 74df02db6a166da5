import { Loader } from '@mantine/core'
import type { ArtifactView, JobView } from '@headway/events'
import { formatBytes } from '../lib/format.ts'
import { artifactKind, type ArtifactKind } from './artifact-kind.ts'
import { ArtifactDownload } from './artifact-download.tsx'
import { ArtifactPdf, ArtifactPicture, ArtifactText } from './artifact-views.tsx'
import { Panel } from './panel.tsx'
import { useArtifact } from './use-artifact.ts'
import './artifact-panel.css'

/** A file that the job made: shown where that is safe, and saved in any case. */
export function ArtifactPanel({ job, artifact }: { job: JobView; artifact: ArtifactView }) {
  const { jobId } = job
  return (
    <Panel
      title={artifact.name}
      note={`${formatBytes(artifact.size)} · ${artifact.contentType}`}
      actions={<ArtifactDownload jobId={jobId} artifact={artifact} />}
    >
      <ShownArtifact jobId={jobId} artifact={artifact} kind={artifactKind(artifact, job.textEnd)} />
    </Panel>
  )
}

interface ArtifactContentProps<TKind extends ArtifactKind> {
  jobId: string
  artifact: ArtifactView
  kind: TKind
}

function ShownArtifact({ jobId, artifact, kind }: ArtifactContentProps<ArtifactKind>) {
  switch (kind) {
    case 'job-text':
      return <p className="artifact-note">The text above, as a file.</p>
    case 'file':
      return <p className="artifact-note">Files of this kind are not shown here. Download it to open it.</p>
    case 'picture':
    case 'pdf':
    case 'markdown':
    case 'text':
      return <FetchedArtifact jobId={jobId} artifact={artifact} kind={kind} />
    default:
      return kind satisfies never
  }
}

function FetchedArtifact({
  jobId,
  artifact,
  kind,
}: ArtifactContentProps<'picture' | 'pdf' | 'markdown' | 'text'>) {
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
  switch (kind) {
    case 'picture':
      return <ArtifactPicture blob={blob} artifact={artifact} />
    case 'pdf':
      return <ArtifactPdf blob={blob} artifact={artifact} />
    case 'markdown':
    case 'text':
      return <ArtifactText blob={blob} artifact={artifact} isMarkdown={kind === 'markdown'} />
    default:
      return kind satisfies never
  }
}
