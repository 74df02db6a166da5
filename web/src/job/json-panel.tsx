import { Panel } from './panel.tsx'
import { ScrollRegion } from '../lib/scroll-region.tsx'
import { jsonTokens } from './json-tokens.ts'
import './json-panel.css'

/** A value as readable JSON. */
export function JsonPanel({ title, value }: { title: string; value: unknown }) {
  return (
    <Panel title={title}>
      <ScrollRegion className="json" label={`${title} as JSON`}>
        <pre className="json-text">
          {jsonTokens(value).map(({ kind, text }, index) => (
            <span key={index} className={`json-${kind}`}>
              {text}
            </span>
          ))}
        </pre>
      </ScrollRegion>
    </Panel>
  )
}
