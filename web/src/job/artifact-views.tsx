import type { ArtifactView } from '@headway/events'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { LazyMarkdown } from '../lib/lazy-markdown.tsx'
import { useObjectUrl } from '../lib/object-url.ts'
import { ScrollRegion } from '../lib/scroll-region.tsx'
import { markdownBlocks, plainBlocks } from './text-blocks.ts'

interface ViewProps {
  blob: Blob
  artifact: ArtifactView
}

export function ArtifactPicture({ blob, artifact }: ViewProps) {
  const url = useObjectUrl(blob, artifact.contentType)
  if (url === null) return null
  return (
    <a
      className="artifact-picture"
      href={url}
      target="_blank"
      rel="noreferrer"
      aria-label="Open in its full size"
    >
      <img src={url} alt={artifact.name} />
    </a>
  )
}

/** The browser's own viewer; where it has none, as on most phones, the file is saved instead. */
export function ArtifactPdf({ blob, artifact }: ViewProps) {
  const url = useObjectUrl(blob, 'application/pdf')
  if (!navigator.pdfViewerEnabled) {
    return (
      <p className="artifact-note">This browser does not show PDFs within a page. Download it to open it.</p>
    )
  }
  if (url === null) return null
  // oxlint-disable-next-line react/iframe-missing-sandbox -- browsers show no PDF in a sandbox; their viewer is one
  return <iframe className="artifact-pdf" src={url} title={artifact.name} />
}

export function ArtifactText({ blob, artifact, isMarkdown }: ViewProps & { isMarkdown: boolean }) {
  const { data: text = '' } = useQuery({
    queryKey: ['artifact-text', artifact.artifactId],
    queryFn: () => blob.text(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const blocks = useMemo(() => (isMarkdown ? markdownBlocks(text) : plainBlocks(text)), [text, isMarkdown])
  return (
    <ScrollRegion label={`Content of ${artifact.name}`} className="artifact-text">
      {blocks.map((block, index) =>
        isMarkdown ? (
          <LazyMarkdown key={index} text={block} />
        ) : (
          <pre key={index} className="text-plain">
            {block}
          </pre>
        ),
      )}
    </ScrollRegion>
  )
}
