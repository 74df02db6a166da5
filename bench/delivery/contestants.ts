import { bare } from './bare.ts'
import type { Contestant } from './contestant.ts'
import { glue } from './glue.ts'
import { headway } from './headway.ts'

export const CONTESTANTS = { headway, bare, glue } satisfies Record<string, Contestant>

export type ContestantName = keyof typeof CONTESTANTS
