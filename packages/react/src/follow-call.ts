import type { RequestError } from '@headway/client'
import type { Dispatch, SetStateAction } from 'react'

/** A call and what became of it: under way as long as it has neither result nor error. */
export interface Call<TResult> {
  /** What it was about, as the user saw it. */
  readonly subject: string | undefined
  readonly result?: TResult
  readonly error?: RequestError
}

/** Keeps a call in a component's state until another one takes its place; gives its answer. */
export function followCall<TResult>(
  setCall: Dispatch<SetStateAction<Call<TResult> | undefined>>,
  answer: Promise<TResult>,
  subject?: string,
): Promise<TResult> {
  const call: Call<TResult> = { subject }
  const end = (outcome: Partial<Call<TResult>>): void =>
    setCall((newest) => (newest === call ? { ...call, ...outcome } : newest))
  setCall(call)
  answer.then(
    (result) => end({ result }),
    // It rejects with nothing else.
    (error: RequestError) => end({ error }),
  )
  return answer
}
