import type { RequestError } from '@headway/client'
import { useState } from 'react'

/** Something that a button does, which may be refused. */
export interface Action {
  run: () => void
  /** It is under way, or taken and not seen in the job yet. */
  isPending: boolean
  error: RequestError | null
}

/**
 * Makes a button's action of a call that rejects with a `RequestError`. What became of it is shown for as long as `subject`, the job as the user saw
 * it, is the same: it is not what another job is told, nor this one once it has moved on.
 */
export function useAction(subject: string, call: () => Promise<unknown>): Action {
  const [last, setLast] = useState<{ subject: string; error: RequestError | null }>()
  const current = last?.subject === subject ? last : undefined
  const run = async (): Promise<void> => {
    setLast({ subject, error: null })
    try {
      await call()
    } catch (refusal) {
      // It throws nothing else.
      setLast({ subject, error: refusal as RequestError })
    }
  }
  return { run: () => void run(), isPending: current?.error === null, error: current?.error ?? null }
}
