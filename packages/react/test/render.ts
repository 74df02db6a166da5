import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

export interface Rendered {
  readonly container: HTMLElement
  rerender: (children: ReactNode) => Promise<void>
  unmount: () => Promise<void>
}

/** Renders into the document, with all effects run. */
export async function render(children: ReactNode): Promise<Rendered> {
  const container = document.createElement('div')
  document.body.append(container)
  const root = createRoot(container)
  const rerender = (next: ReactNode): Promise<void> => act(async () => root.render(next))
  await rerender(children)
  const unmount = async (): Promise<void> => {
    await act(async () => root.unmount())
    container.remove()
  }
  return { container, rerender, unmount }
}
