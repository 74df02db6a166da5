import { readdir } from 'node:fs/promises'
import { Operation } from './define-operation.ts'

const BUILT_IN = new URL('./operations/', import.meta.url)

/**
 * Loads every operation that the files of a directory export: of the built-in ones unless another is given. Works on
 * sources and on their builds alike.
 */
export async function loadOperations(directory: URL = BUILT_IN): Promise<Operation[]> {
  const files = (await readdir(directory)).filter(isModule).toSorted()
  const loaded = await Promise.all(files.map((file) => loadFile(new URL(file, directory))))
  const operations = loaded.flat()
  for (const { type } of operations) {
    if (operations.filter((other) => other.type === type).length > 1) {
      throw new Error(
        `Two operations in ${directory.pathname} have the type ${type}. Give one of them another.`,
      )
    }
  }
  return operations
}

async function loadFile(file: URL): Promise<Operation[]> {
  const module = (await import(file.href)) as Record<string, unknown>
  const operations = Object.values(module).filter((value) => value instanceof Operation)
  if (operations.length === 0) {
    throw new Error(`${file.pathname} exports no operation. Export what defineOperation returns, or move it.`)
  }
  return operations
}

function isModule(file: string): boolean {
  return /\.[jt]s$/.test(file) && !/\.(?:test|d)\.[jt]s$/.test(file)
}
