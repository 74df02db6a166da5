import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RunningProcess } from './running-process.ts'

/** Who runs a service of a data folder, kept beside its data from start to end. */
export interface ServiceRecord {
  readonly owner: RunningProcess
  readonly guardian: RunningProcess
  readonly service: RunningProcess
}

export function writeServiceRecord(file: string, record: ServiceRecord): void {
  writeFileSync(file, JSON.stringify(record))
}

/** Undefined when there is none, or when a crash left half of one. */
export function readServiceRecord(file: string): ServiceRecord | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServiceRecord
  } catch {
    return undefined
  }
}

export function removeServiceRecord(file: string): void {
  rmSync(file, { force: true })
}
