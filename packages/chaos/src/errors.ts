/** A promise was broken: the row is red. */
export class BrokenPromiseError extends Error {
  override readonly name = 'BrokenPromiseError'
  readonly code = 'broken_promise'
}

/** The fault did not bite, so the run proves nothing. */
export class InvalidRunError extends Error {
  override readonly name = 'InvalidRunError'
  readonly code = 'invalid_run'
}
