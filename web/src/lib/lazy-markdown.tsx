import { lazy, memo, Suspense } from 'react'

const Markdown = lazy(async () => ({ default: (await import('./markdown.tsx')).Markdown }))

/** Markdown as a page part. Its parser is loaded with the first text that needs it; until then the text is plain. */
export const LazyMarkdown = memo(function LazyMarkdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<pre className="markdown-pending">{text}</pre>}>
      <Markdown text={text} />
    </Suspense>
  )
})
