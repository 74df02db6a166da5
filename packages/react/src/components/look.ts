import { ENGLISH, type Texts } from './texts.ts'

/** What all components have in common. */
export interface LookProps {
  /** Added to the component's own class. */
  className?: string | undefined
  /** Draws no class of its own, for an application's own styles; `data-` attributes tell the states. */
  unstyled?: boolean | undefined
  /** Words that differ from the English ones. */
  texts?: Partial<Texts> | undefined
}

/** How a component and its parts look: their classes and their words. */
export interface Look {
  readonly texts: Texts
  /** The class of a part; undefined in the unstyled mode. */
  readonly part: (name: string) => string | undefined
  /** The class of the outermost element. */
  readonly root: (name: string) => string | undefined
}

export function lookOf({ className, unstyled = false, texts }: LookProps): Look {
  const part = (name: string): string | undefined => (unstyled ? undefined : `headway-${name}`)
  return {
    texts: { ...ENGLISH, ...texts },
    part,
    root: (name) => [part('component'), part(name), className].filter(Boolean).join(' ') || undefined,
  }
}
