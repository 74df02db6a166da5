/** Place of a progress message among those of its job. */
export interface ProgressPlace {
  readonly attempt: number
  readonly n: number
}

/** True for a place after the other one: a later attempt, or a larger `n` of the same. */
export function isNewerProgress(place: ProgressPlace, than: ProgressPlace): boolean {
  return place.attempt > than.attempt || (place.attempt === than.attempt && place.n > than.n)
}
