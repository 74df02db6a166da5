import { Button, SegmentedControl } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { memo, useMemo, useState } from 'react'
import { formatBytes } from '../lib/format.ts'
import { LazyMarkdown } from '../lib/lazy-markdown.tsx'
import { ScrollRegion } from '../lib/scroll-region.tsx'
import { useThrottled } from '../lib/use-throttled.ts'
import { Panel } from './panel.tsx'
import { looksLikeMarkdown, markdownBlocks, plainBlocks } from './text-blocks.ts'
import { useStickToEnd } from './use-stick-to-end.ts'
import './text-panel.css'

type TextForm = 'Rendered' | 'Plain'

/** Text that comes faster is drawn together, in milliseconds. */
const DRAW_INTERVAL_MS = 80

/** A job's text as it comes. */
export function TextPanel({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const shownText = useThrottled(text, DRAW_INTERVAL_MS)
  const isMarkdown = useMemo(() => looksLikeMarkdown(shownText), [shownText])
  const [chosenForm, setChosenForm] = useState<TextForm>()
  const form = chosenForm ?? (isMarkdown ? 'Rendered' : 'Plain')
  const { scrollRef, contentRef, isAtEnd, scrollToEnd } = useStickToEnd<HTMLDivElement>(isGrowing)
  return (
    <Panel
      title="Text"
      note={formatBytes(shownText.length)}
      actions={
        <SegmentedControl
          size="xs"
          data={['Rendered', 'Plain'] satisfies TextForm[]}
          value={form}
          onChange={(value) => setChosenForm(value === 'Plain' ? 'Plain' : 'Rendered')}
          aria-label="Form of the text"
        />
      }
    >
      <div className="text-frame">
        <ScrollRegion className="text-scroll" label="The job's text" scrollRef={scrollRef}>
          <div ref={contentRef} className="text-content" data-testid="job-text" data-form={form}>
            {form === 'Rendered' ? <RenderedText text={shownText} /> : <PlainText text={shownText} />}
          </div>
        </ScrollRegion>
        {!isAtEnd && isGrowing && (
          <Button
            className="text-to-end"
            size="compact-sm"
            radius="xl"
            leftSection={<IconArrowDown size={14} />}
            onClick={scrollToEnd}
          >
            Follow the text
          </Button>
        )}
      </div>
    </Panel>
  )
}

function PlainText({ text }: { text: string }) {
  const blocks = useMemo(() => plainBlocks(text), [text])
  return blocks.map((block, index) => <PlainBlock key={index} text={block} />)
}

function RenderedText({ text }: { text: string }) {
  const blocks = useMemo(() => markdownBlocks(text), [text])
  return blocks.map((block, index) => <LazyMarkdown key={index} text={block} />)
}

const PlainBlock = memo(function PlainBlock({ text }: { text: string }) {
  return <pre className="text-plain">{text}</pre>
})
