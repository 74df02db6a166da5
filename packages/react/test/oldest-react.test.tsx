// @vitest-environment happy-dom
import { version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, it } from 'vitest'
import { render } from './render.ts'

it('runs with the oldest React that the package promises', async () => {
  const { container, unmount } = await render(<p>{`${version} ${domVersion}`}</p>)
  expect(container.textContent).toMatch(/^(18\.3\.\d+) \1$/)
  await unmount()
})
