import type { RequestError } from '@headway/client'
import { useState } from 'react'

/** Something that a button does, which may be refused. */
export interface Action {
  run: () => void
  isPending: boolean
  error: RequestError | null
}

/** Makes a button's action of a call that rejects with a `RequestError`. */
export function useAction(call: () => Promise<unknown>): Action {
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<RequestError | null>(null)
  const run = async (): Promise<void> => {
    setPending(true)
    setError(null)
    try {
      await call()
    } catch (refusal) {
      setError(refusal as RequestError)
    }
    setPending(false)
  }
  return { run: () => void run(), isPending, error }
}
