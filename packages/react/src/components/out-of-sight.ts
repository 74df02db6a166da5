import type { CSSProperties } from 'react'

/** Out of sight and still read out; inline, so that it is so in the unstyled mode too. */
export const OUT_OF_SIGHT: CSSProperties = {
  position: 'absolute',
  width: 1,
  height: 1,
  margin: -1,
  padding: 0,
  border: 0,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
}
