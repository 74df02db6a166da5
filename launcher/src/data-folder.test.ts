import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDataFolder } from './data-folder.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headway-data-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

it('makes the folder and those above it, and takes one that is there', () => {
  const folder = join(temporaryFolder(), 'Über uns', 'data')
  openDataFolder(folder)
  openDataFolder(folder)
  expect(statSync(folder).isDirectory()).toBe(true)
})

it('names the folder, the cause and the way out where it can’t be made', () => {
  const file = join(temporaryFolder(), 'a-file')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'data')]) {
    expect(() => openDataFolder(folder)).toThrow(folder)
    expect(() => openDataFolder(folder)).toThrow('HEADWAY_DATA_DIR=')
  }
})

it.runIf(process.platform === 'linux')('ends also where the system never lets a folder be', () => {
  expect(() => openDataFolder('/proc/headway/data')).toThrow('/proc/headway')
})
