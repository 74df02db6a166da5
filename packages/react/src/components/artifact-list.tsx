import type { ArtifactView } from '@headway/events'
import type { ReactElement } from 'react'
import type { Look } from './look.ts'

interface ArtifactListProps {
  artifacts: readonly ArtifactView[]
  artifactHref: ((artifact: ArtifactView) => string) | undefined
  look: Look
}

/** What a job has made, as links where the application says where they lead. */
export function ArtifactList({ artifacts, artifactHref, look }: ArtifactListProps): ReactElement {
  const { texts, part } = look
  return (
    <section className={part('section')} aria-label={texts.artifacts}>
      <p className={part('section-title')} aria-hidden="true">
        {texts.artifacts}
      </p>
      {artifacts.length === 0 && <p className={part('muted')}>{texts.noArtifacts}</p>}
      {artifacts.length > 0 && (
        <ul className={part('artifacts')}>
          {artifacts.map((artifact) => (
            <li key={artifact.artifactId} className={part('artifact')}>
              {artifactHref ? (
                <a className={part('link')} href={artifactHref(artifact)} download={artifact.name}>
                  {artifact.name}
                </a>
              ) : (
                <span>{artifact.name}</span>
              )}{' '}
              <span
                className={part('muted')}
              >{`${artifact.contentType}, ${texts.bytes(artifact.size)}`}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
