// @vitest-environment happy-dom
import { act, useEffect, useRef } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useReturnFocus } from './use-return-focus.ts'

let root: ReturnType<typeof createRoot>
let page: HTMLElement

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  page = document.body.appendChild(document.createElement('div'))
  root = createRoot(page)
})
afterEach(async () => {
  await act(async () => root.unmount())
  page.remove()
  vi.unstubAllGlobals()
})

function Question() {
  const answer = useRef<HTMLButtonElement>(null)
  useEffect(() => answer.current?.focus(), [])
  useReturnFocus()
  return (
    <button type="button" ref={answer}>
      Answer
    </button>
  )
}

interface PageProps {
  asks: boolean
  /** What opens the question goes with it. */
  hasOpener?: boolean
  isDialog?: boolean
}

async function show({ asks, hasOpener = true, isDialog = false }: PageProps): Promise<void> {
  const inner = (
    <>
      {hasOpener && (
        <button type="button" id="opener">
          Open
        </button>
      )}
      {asks && <Question />}
    </>
  )
  await act(async () =>
    root.render(
      <main tabIndex={-1}>
        {isDialog ? (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- what the library makes of its dialogs
          <div role="dialog" tabIndex={-1}>
            {inner}
          </div>
        ) : (
          inner
        )}
      </main>,
    ),
  )
}

async function ask(props: Omit<PageProps, 'asks'> = {}): Promise<void> {
  await show({ ...props, asks: false })
  page.querySelector<HTMLElement>('#opener')?.focus()
  await show({ ...props, asks: true })
  expect(document.activeElement?.textContent).toBe('Answer')
}

it('gives the focus back to what had it', async () => {
  await ask()
  await show({ asks: false })
  expect(document.activeElement?.id).toBe('opener')
})

it('gives it to the page where that is gone, and to the dialog that it was in', async () => {
  await ask()
  await show({ asks: false, hasOpener: false })
  expect(document.activeElement?.tagName).toBe('MAIN')
  await ask({ isDialog: true })
  await show({ asks: false, hasOpener: false, isDialog: true })
  expect(document.activeElement?.role).toBe('dialog')
})
