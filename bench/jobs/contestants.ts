import { bareBullMq } from './bare-bullmq.ts'
import type { Contestant } from './contestant.ts'
import { headway } from './headway.ts'

export const CONTESTANTS = { headway, bullmq: bareBullMq } satisfies Record<string, Contestant>

export type ContestantName = keyof typeof CONTESTANTS
