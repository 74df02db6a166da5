import type { ArtifactView, StepView } from '@headway/events'

/** The steps in their order, from all that was told of them. A completed step never runs again, so nothing undoes it. */
export function mergeSteps(told: readonly StepView[]): StepView[] {
  const completed = told.filter(({ status }) => status === 'completed')
  return newestOfEach([...told, ...completed], 'name').toSorted((a, b) => a.index - b.index)
}

/** The artifacts, from all that was told of them: a later one of the same id takes the place of the earlier. */
export function mergeArtifacts(told: readonly ArtifactView[]): ArtifactView[] {
  return newestOfEach(told, 'artifactId')
}

/** Each part where it was told first, as it was told last. */
function newestOfEach<TPart>(told: readonly TPart[], key: keyof TPart): TPart[] {
  return [...new Map(told.map((part) => [part[key], part])).values()]
}
