/** How an artifact is shown. What could run something, or be taken for a part of this page, is only offered to save. */
export type ArtifactKind = 'picture' | 'pdf' | 'markdown' | 'text' | 'job-text' | 'file'

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])
const TEXTS = new Set(['text/plain', 'text/csv', 'application/json'])

/** Larger ones are not shown but saved, in bytes. */
const MAX_SHOWN_BYTES: Readonly<Record<ArtifactKind, number>> = {
  picture: 30_000_000,
  pdf: 60_000_000,
  markdown: 2_000_000,
  text: 2_000_000,
  'job-text': Number.POSITIVE_INFINITY,
  file: 0,
}

/**
 * @param textEnd length of the job's own text in bytes: a file of texts with the same length is that text, which the
 * page shows already
 */
export function artifactKind(
  { contentType, size }: { contentType: string; size: number },
  textEnd = 0,
): ArtifactKind {
  const kind = kindOfType(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '')
  if (size > 0 && size === textEnd && (kind === 'markdown' || kind === 'text')) return 'job-text'
  return size > MAX_SHOWN_BYTES[kind] ? 'file' : kind
}

function kindOfType(mediaType: string): ArtifactKind {
  if (PICTURES.has(mediaType)) return 'picture'
  if (mediaType === 'application/pdf') return 'pdf'
  if (mediaType === 'text/markdown') return 'markdown'
  return TEXTS.has(mediaType) ? 'text' : 'file'
}
